package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;

/** Makes the picture of a walk. Reads only. */
record OmapTrace(OmapUnit unit, OmapTlb tlb, OmapWalker walker) {
    private static final long WORD = 0xffff_ffffL;
    private static final OmapEntries WORDS = new OmapEntries(new OmapFormat());

    /** The levels show memory; the verdict is what the unit would do. */
    WalkTrace of(long input, boolean write) {
        long address = input & WORD;
        var levels = new ArrayList<WalkTrace.Level>();
        if (!unit.translating()) {
            var verdict = new Verdict.Untranslated(input);
            return new WalkTrace(unit.id(), input, write, fields(address, 1), "off", levels, verdict);
        }
        OmapWalker.Result result = walker.picture(unit.tableBase(), address, WORDS, levels);
        var fields = fields(address, Math.max(0, levels.size() - 1));
        int slot = tlb.find(address);
        if (slot >= 0) {
            result = new OmapWalker.Reached(tlb.translate(slot, address), OmapLayout.bytes(tlb.cam(slot)));
        } else if (slot == OmapTlb.MULTI_HIT) {
            result = new OmapWalker.Failed(OmapLayout.IRQ_MULTI_HIT);
        } else if (!unit.walks()) {
            result = new OmapWalker.Failed(OmapLayout.IRQ_TLB_MISS);
        }
        String hit = slot == OmapTlb.MISS ? "miss" : "hit";
        return new WalkTrace(unit.id(), address, write, fields, hit, levels, verdict(result, address));
    }

    private static List<BitField> fields(long address, int lastLevel) {
        return WORDS.address(address, lastLevel, lastLevel == 0 ? OmapFormat.SECTION : OmapFormat.SMALL_PAGE);
    }

    private static Verdict verdict(OmapWalker.Result result, long input) {
        return switch (result) {
            case OmapWalker.Reached(long output, long bytes) -> new Verdict.Reached(output, bytes, "rw");
            case OmapWalker.Read(int cam, int ram) -> {
                long bytes = OmapLayout.bytes(cam);
                yield new Verdict.Reached(ram & -bytes & WORD | input & bytes - 1, bytes, "rw");
            }
            case OmapWalker.Failed(int cause) -> new Verdict.Refused(OmapWords.interrupts(cause));
        };
    }
}
