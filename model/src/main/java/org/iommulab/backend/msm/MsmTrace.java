package org.iommulab.backend.msm;

import java.util.ArrayList;
import org.iommulab.backend.msm.MsmLayout.Fault;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.hardware.armv7s.ArmV7sEntries;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;

/** Makes the picture of a walk: the levels show memory, the verdict is what the context would do. Reads only. */
record MsmTrace(MsmUnit unit, Iotlb tlb, RadixWalker walker, MsmLookup lookup, ArmV7sEntries words) {
    WalkTrace of(MsmContext context, long input, boolean write) {
        var levels = new ArrayList<WalkTrace.Level>();
        if (!context.translating()) {
            var fields = words.address(input, 1, ArmV7sFormat.SMALL_PAGE);
            return new WalkTrace(unit.id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        RadixWalker.Result result = walker.picture(context.tableBase(), input, words, levels);
        int slot = lookup.find(context, input);
        boolean hit = slot != Iotlb.MISS;
        long bytes = result instanceof RadixWalker.Found found ? found.bytes() : ArmV7sFormat.SMALL_PAGE;
        Verdict verdict = hit ? cached(slot, input, write) : walked(context, result, input, write);
        var fields = words.address(input, Math.max(0, levels.size() - 1), bytes);
        return new WalkTrace(unit.id(), input, write, fields, hit ? "hit" : "miss", levels, verdict);
    }

    private Verdict cached(int slot, long input, boolean write) {
        int prot = MsmLookup.prot(tlb.attributes(slot));
        boolean refused = write && (prot & Prot.WRITE) == 0 || (prot & Prot.PRIV) != 0;
        return refused
                ? new Verdict.Refused(Fault.PERMISSION.words())
                : new Verdict.Reached(tlb.translate(slot, input), tlb.bytes(slot), Prot.letters(prot));
    }

    private Verdict walked(MsmContext context, RadixWalker.Result result, long input, boolean write) {
        return switch (lookup.picture(context, result, input, write)) {
            case MsmLookup.Failed(Fault cause) -> new Verdict.Refused(cause.words());
            case MsmLookup.Reached(long output, long size) ->
                new Verdict.Reached(
                        output, size, result instanceof RadixWalker.Found found ? Prot.letters(found.prot()) : "");
        };
    }
}
