package org.iommulab.backend.armsmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a walk: the levels show memory, the verdict is what the unit would do. Reads only. */
@Recomputable
final class ArmSmmuTrace {
    private static final long SMALLEST = 4096;

    private final ArmSmmuUnit unit;
    private final List<WalkTrace.Level> levels = new ArrayList<>();

    ArmSmmuTrace(ArmSmmuUnit unit) {
        this.unit = unit;
    }

    WalkTrace of(int stream, long input, boolean write) {
        return switch (unit.wayOf(stream)) {
            case ArmSmmuUnit.Passes _ -> plain(input, write, new Verdict.Untranslated(input));
            case ArmSmmuUnit.Faults(int cause) -> plain(input, write, new Verdict.Refused(ArmSmmuUnit.words(cause)));
            case ArmSmmuUnit.ToBank(HardwareBank bank) ->
                bank.translating() ? walk(bank, input, write) : plain(input, write, new Verdict.Untranslated(input));
        };
    }

    private WalkTrace plain(long input, boolean write, Verdict verdict) {
        var fields = List.of(BitField.of("input address", 63, 0, input, ""));
        return new WalkTrace(unit.id(), input, write, fields, "off", levels, verdict);
    }

    private WalkTrace walk(HardwareBank bank, long input, boolean write) {
        Optional<BankTables.Tables> how = bank.tables().filter(tables -> tables.holds(input));
        how.ifPresent(tables -> tables.walker().picture(bank.tableBase(), input, tables.words(), levels));
        Verdict verdict = switch (bank.look(input, write, false)) {
            case HardwareBank.Reached(long output, long bytes, int prot) ->
                new Verdict.Reached(output, bytes, Prot.letters(prot));
            case HardwareBank.Failed failed -> new Verdict.Refused(HardwareBank.words(failed.cause()));
        };
        long bytes = verdict instanceof Verdict.Reached reached ? reached.bytes() : SMALLEST;
        var fields = how.map(tables -> tables.words().address(input, Math.max(0, levels.size() - 1), bytes))
                .orElseGet(() -> List.of(BitField.of("input address", 63, 0, input, "")));
        String tlb = bank.find(input) != Iotlb.MISS ? "hit" : "miss";
        return new WalkTrace(unit.id(), input, write, fields, tlb, levels, verdict);
    }
}
