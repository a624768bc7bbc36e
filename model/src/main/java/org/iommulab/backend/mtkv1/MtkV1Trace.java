package org.iommulab.backend.mtkv1;

import java.util.ArrayList;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;

/** What would become of an access, for looking at: no event, no change. */
record MtkV1Trace(MtkV1Unit unit, Iotlb tlb, RadixWalker walker) {
    /** The level shows memory; the verdict is what the unit would do, which with a stale TLB is something else. */
    WalkTrace of(long input, boolean write) {
        var words = new MtkV1Entries();
        var fields = words.address(input, 0, MtkV1Format.PAGE);
        var levels = new ArrayList<WalkTrace.Level>();
        if (!unit.translating()) {
            return new WalkTrace(unit.id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        Verdict verdict = switch (walker.picture(unit.tableBase(), input, words, levels)) {
            case RadixWalker.Found found -> reached(found.page() | input & found.bytes() - 1);
            case RadixWalker.NotMapped nothing -> lost(input, MtkV1Layout.FAULT_TRANSLATION);
            case RadixWalker.NoMemory nothing -> lost(input, MtkV1Layout.FAULT_TABLE_WALK);
        };
        int slot = tlb.find(input);
        if (slot != Iotlb.MISS) {
            verdict = reached(tlb.translate(slot, input));
        }
        return new WalkTrace(unit.id(), input, write, fields, slot == Iotlb.MISS ? "miss" : "hit", levels, verdict);
    }

    private static Verdict reached(long output) {
        return new Verdict.Reached(output, MtkV1Format.PAGE, "rw");
    }

    private Verdict lost(long input, int status) {
        return new Verdict.Redirected(
                MtkV1Layout.cause(Integer.numberOfTrailingZeros(status)) + " fault",
                "protect buffer",
                unit.protectedAddress(input));
    }
}
