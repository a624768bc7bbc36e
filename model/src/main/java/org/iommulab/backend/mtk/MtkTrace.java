package org.iommulab.backend.mtk;

import java.util.ArrayList;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.hardware.armv7s.ArmV7sEntries;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;

/** Makes the picture of a walk: the levels show memory, the verdict is what the unit would do. Reads only. */
record MtkTrace(MtkM4u unit, Iotlb tlb, RadixWalker walker, ArmV7sEntries words) {
    WalkTrace of(MtkBank bank, boolean on, long input, boolean write) {
        var levels = new ArrayList<WalkTrace.Level>();
        if (!on) {
            var fields = words.address(input, 1, ArmV7sFormat.SMALL_PAGE);
            return new WalkTrace(
                    unit.id(), input, write, fields, "off", levels, new Verdict.Untranslated(input & 0xffff_ffffL));
        }
        int slot = bank.find(input);
        boolean hit = slot != Iotlb.MISS;
        RadixWalker.Result result = walker.picture(bank.tableBase(), input, words, levels);
        long bytes = result instanceof RadixWalker.Found found ? found.bytes() : ArmV7sFormat.SMALL_PAGE;
        Verdict verdict = hit ? cached(bank, slot, input) : walked(bank, result, input);
        var fields = words.address(input, Math.max(0, levels.size() - 1), bytes);
        return new WalkTrace(unit.id(), input, write, fields, hit ? "hit" : "miss", levels, verdict);
    }

    private Verdict cached(MtkBank bank, int slot, long input) {
        return (tlb.attributes(slot) & MtkBank.NOTHING) != 0
                ? lost(bank, "translation fault", input)
                : reached(bank, tlb.translate(slot, input), tlb.bytes(slot), input);
    }

    private Verdict walked(MtkBank bank, RadixWalker.Result result, long input) {
        return switch (result) {
            case RadixWalker.Found found ->
                reached(bank, found.page() | input & found.bytes() - 1, found.bytes(), input);
            case RadixWalker.NotMapped _ -> lost(bank, "translation fault", input);
            case RadixWalker.NoMemory _ ->
                lost(bank, bank.tableBase() == 0 ? "translation fault" : "table walk fault", input);
        };
    }

    private Verdict reached(MtkBank bank, long output, long bytes, long input) {
        return unit.mode4Gb() && output < MtkLayout.BIT_32
                ? lost(bank, "invalid physical address", input)
                : new Verdict.Reached(unit.atMemory(output), bytes, "rw");
    }

    private static Verdict lost(MtkBank bank, String cause, long input) {
        return new Verdict.Redirected(cause, "protect page", bank.landing(input));
    }
}
