package org.iommulab.backend.pamu;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a look-up: one entry, two where a window has subwindows. Reads only. */
@Recomputable
final class PamuTrace {
    private static final int AROUND = 4;
    private static final String NO_TLB = "miss, as always: there is none";

    private final Pamu unit;
    private final PhysicalMemory memory;
    private final PamuLookup lookup;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private long windowBytes = 1L << 36;
    private String permissions = "-";

    PamuTrace(Pamu unit, PhysicalMemory memory) {
        this.unit = unit;
        this.memory = memory;
        this.lookup = unit.lookup();
    }

    WalkTrace of(int liodn, long input, boolean write) {
        var fields = List.of(BitField.of("offset into the window", 35, 0, input, ""));
        if (!unit.translating()) {
            return new WalkTrace(unit.id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        Verdict verdict = switch (lookup.find(liodn, input, write, entry -> levels.add(level(liodn, entry)))) {
            case PamuLookup.Reached(long output) -> new Verdict.Reached(output, windowBytes, permissions);
            case PamuLookup.Refused(PamuLayout.Violation violation, long _) -> new Verdict.Refused(violation.words());
        };
        return new WalkTrace(unit.id(), input, write, fields, NO_TLB, levels, verdict);
    }

    private WalkTrace.Level level(int liodn, Paace entry) {
        boolean primary = levels.isEmpty();
        long base = primary ? lookup.entryAddress(0) : entry.address();
        int index = primary ? liodn & 0xffff : 0;
        windowBytes = 1L << Math.min(62, entry.windowPower());
        permissions = PaaceWords.permissions(entry);
        var around = new ArrayList<WalkTrace.Entry>();
        int first = primary ? Math.max(0, index - AROUND) : 0;
        int last = primary ? index + AROUND : 0;
        for (int i = first; i <= last; i++) {
            long address = base + (long) PamuLayout.ENTRY_BYTES * i;
            if ((!primary || lookup.knows(i)) && Paace.isThere(memory, address)) {
                Paace neighbour = Paace.read(memory, address);
                around.add(new WalkTrace.Entry(i, neighbour.addressBits() & 0xffff_ffffL, PaaceWords.kind(neighbour)));
            }
        }
        return new WalkTrace.Level(
                primary ? "PPAACT" : "SPAACT",
                base,
                PamuLayout.ENTRY_BYTES,
                primary ? PamuLayout.PRIMARY_ENTRIES : PamuLayout.SECONDARY_ENTRIES,
                index,
                entry.addressBits() & 0xffff_ffffL,
                PaaceWords.fields(entry),
                PaaceWords.sentence(entry) + " impl_attr is " + EntryWords.hex(entry.implementation() & 0xffff_ffffL)
                        + ".",
                around);
    }
}
