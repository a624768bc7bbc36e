package org.iommulab.backend.msm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.Term;

/** msm_iommu_fault_handler: what the driver makes of an IOMMU's interrupt. It prints, and lets nothing go on. */
final class MsmFaults {
    private static final Term HANDLER = Term.function("msm_iommu_fault_handler", "drivers/iommu/msm_iommu.c");
    private static final Term UNEXPECTED = LogText.of("<3>msm_iommu: Unexpected IOMMU page fault!");
    private static final Term BASE = LogText.of("<3>msm_iommu: base = %08x");
    private static final Term OCCURRED = LogText.of("<3>msm_iommu: Fault occurred in context %d.");
    private static final Term INTERESTING = LogText.of("<3>msm_iommu: Interesting registers:");
    private static final Term FAR = LogText.of("<3>msm_iommu: FAR    = %08x    PAR    = %08x");
    private static final Term FSYNR = LogText.of("<3>msm_iommu: FSYNR0 = %08x    FSYNR1 = %08x");
    private static final Term TTBR = LogText.of("<3>msm_iommu: TTBR0  = %08x    TTBR1  = %08x");
    private static final Term SCTLR = LogText.of("<3>msm_iommu: SCTLR  = %08x    ACTLR  = %08x");
    private static final List<Cause> CAUSES = causes();
    // One format for each set of causes: a format may not depend on a run.
    private static final List<Term> FSR = IntStream.range(0, 1 << CAUSES.size())
            .mapToObj(set -> LogText.of("<3>msm_iommu: FSR    = %08x [" + names(set) + "]"))
            .toList();

    private final Kernel kernel;
    private final SpinLock lock;

    private record Cause(int mask, String name) {}

    MsmFaults(Kernel kernel, SpinLock lock) {
        this.kernel = kernel;
        this.lock = lock;
    }

    private static List<Cause> causes() {
        var causes = new ArrayList<Cause>();
        for (MsmLayout.Fault fault : MsmLayout.Fault.values()) {
            causes.add(new Cause(fault.mask(), fault.abbreviation()));
        }
        causes.add(new Cause(MsmLayout.FSR_SL, "SL"));
        causes.add(new Cause(MsmLayout.FSR_SS, "SS"));
        causes.add(new Cause(MsmLayout.FSR_MULTI, "MULTI"));
        return List.copyOf(causes);
    }

    private static String names(int set) {
        var names = new StringBuilder();
        for (int i = 0; i < CAUSES.size(); i++) {
            if ((set >>> i & 1) != 0) {
                names.append(CAUSES.get(i).name()).append(' ');
            }
        }
        return names.toString();
    }

    private static Term lineOf(int fsr) {
        int set = 0;
        for (int i = 0; i < CAUSES.size(); i++) {
            if ((fsr & CAUSES.get(i).mask()) != 0) {
                set |= 1 << i;
            }
        }
        return FSR.get(set);
    }

    /** For any context that has a fault; no fault handler of a domain is asked, and RESUME is not written. */
    void handle(MsmIommuDev iommu) {
        kernel.driverRun(
                HANDLER,
                iommu.device(),
                () -> lock.with(() -> {
                    print(UNEXPECTED, 0, 0);
                    print(BASE, (int) iommu.base(), 0);
                    if (iommu.enableClocks() != 0) {
                        return;
                    }
                    for (int context = 0; context < iommu.contexts(); context++) {
                        if (iommu.registers().get(Context.FSR, context) != 0) {
                            print(OCCURRED, context, 0);
                            print(INTERESTING, 0, 0);
                            printRegisters(iommu.registers(), context);
                            iommu.registers().set(Context.FSR, context, MsmLayout.FSR_CLEARED);
                        }
                    }
                    iommu.disableClocks();
                }));
    }

    private void printRegisters(MsmRegisters registers, int context) {
        int fsr = registers.get(Context.FSR, context);
        print(FAR, registers.get(Context.FAR, context), registers.get(Context.PAR, context));
        print(lineOf(fsr), fsr, 0);
        print(FSYNR, registers.get(Context.FSYNR0, context), registers.get(Context.FSYNR1, context));
        print(TTBR, registers.get(Context.TTBR0, context), registers.get(Context.TTBR1, context));
        print(SCTLR, registers.get(Context.SCTLR, context), registers.get(Context.ACTLR, context));
    }

    private void print(Term line, int a, int b) {
        kernel.log().line(line, kernel, a & 0xffff_ffffL, b & 0xffff_ffffL);
    }
}
