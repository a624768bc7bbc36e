package org.iommulab.backend.qcom;

import java.util.ArrayList;
import org.iommulab.backend.qcom.QcomLayout.Fault;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.pagetable.Prot;

/** Makes the picture of a walk: the levels show memory, the verdict is what the bank would do. Reads only. */
record QcomTrace(QcomSmmu unit, Iotlb tlb, RadixWalker walker, LpaeEntries words) {
    private static final long SMALLEST = 4096;

    WalkTrace of(ContextBank bank, long input, boolean write) {
        var levels = new ArrayList<WalkTrace.Level>();
        if (!bank.translating()) {
            var fields = words.address(input, 2, SMALLEST);
            return new WalkTrace(unit.id(), input, write, fields, "off", levels, new Verdict.Untranslated(input));
        }
        RadixWalker.Result result = walker.picture(bank.tableBase(), input, words, levels);
        int slot = bank.find(input);
        boolean hit = slot != Iotlb.MISS;
        long bytes = result instanceof RadixWalker.Found found ? found.bytes() : SMALLEST;
        Verdict verdict = hit
                ? reached(tlb.translate(slot, input), tlb.bytes(slot), (int) tlb.attributes(slot) & 0xff, write)
                : verdict(result, input, write);
        var fields = words.address(input, Math.max(0, levels.size() - 1), bytes);
        return new WalkTrace(unit.id(), input, write, fields, hit ? "hit" : "miss", levels, verdict);
    }

    private static Verdict verdict(RadixWalker.Result result, long input, boolean write) {
        if (input >>> 32 != 0) {
            return new Verdict.Refused(Fault.TRANSLATION.words());
        }
        return switch (result) {
            case RadixWalker.Found(int _, long _, long page, long bytes, int prot) ->
                reached(page | input & bytes - 1, bytes, prot, write);
            case RadixWalker.NotMapped _ -> new Verdict.Refused(Fault.TRANSLATION.words());
            case RadixWalker.NoMemory _ -> new Verdict.Refused(Fault.EXTERNAL.words());
        };
    }

    private static Verdict reached(long output, long bytes, int prot, boolean write) {
        return ContextBank.refusal(prot, write)
                .<Verdict>map(fault -> new Verdict.Refused(fault.words()))
                .orElseGet(() -> new Verdict.Reached(output, bytes, Prot.letters(prot)));
    }
}
