package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;

/** The hardware's walker: makes the CAM and RAM words of a TLB slot from table entries. */
final class OmapWalker {
    /** Section entries have the attributes of pages, 6 bits higher. */
    private static final int SECTION_SHIFT = 6;

    private static final int MIXED = 11;
    private static final int ENDIAN = 9;
    private static final int ELEMENT = 4;

    private final OmapUnit unit;
    private final RadixWalker walker;

    /** How the way from an input address ends. */
    sealed interface Result {}

    /** In the tables, with the words for the TLB. */
    record Read(int cam, int ram) implements Result {}

    /** At an output address. */
    record Reached(long output, long bytes) implements Result {}

    /** @param cause a bit of IRQSTATUS */
    record Failed(int cause) implements Result {}

    OmapWalker(OmapUnit unit, PhysicalMemory memory) {
        this.unit = unit;
        this.walker = new RadixWalker(memory, new OmapFormat(), List.of("pgd", "pte"));
    }

    Result walk(long base, long input) {
        return result(walker.walk(unit, base, input), input);
    }

    /** The same walk as a picture. */
    Result picture(long base, long input, OmapEntries words, List<WalkTrace.Level> into) {
        return result(walker.picture(base, input, words, into), input);
    }

    private static Result result(RadixWalker.Result walked, long input) {
        return switch (walked) {
            case RadixWalker.Found(int level, long entry, long page, long bytes, int prot) ->
                new Read(OmapLayout.cam(input, bytes), (int) page | attributes(level, entry));
            case RadixWalker.NotMapped _ -> new Failed(OmapLayout.IRQ_TRANSLATION_FAULT);
            case RadixWalker.NoMemory _ -> new Failed(OmapLayout.IRQ_TABLE_WALK_FAULT);
        };
    }

    private static int attributes(int level, long entry) {
        int word = (int) (level == 0 ? entry >>> SECTION_SHIFT : entry);
        return (word >>> MIXED & 1) << OmapLayout.RAM_MIXED_SHIFT
                | (word >>> ENDIAN & 1) << OmapLayout.RAM_ENDIAN_SHIFT
                | (word >>> ELEMENT & 3) << OmapLayout.RAM_ELEMENT_SHIFT;
    }
}
