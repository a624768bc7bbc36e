package org.iommulab.backend.armsmmu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** arm_smmu_context_fault and arm_smmu_global_fault: what the driver makes of interrupts. */
final class ArmSmmuFaults {
    private static final String FILE = "drivers/iommu/arm/arm-smmu/arm-smmu.c";
    private static final Term CONTEXT = Term.function("arm_smmu_context_fault", FILE);
    private static final Term GLOBAL = Term.function("arm_smmu_global_fault", FILE);
    // A line has room for three numbers: the others stand in a second part, the bank in the format.
    private static final Term UNHANDLED =
            LogText.of("<3>Unhandled context fault: fsr=0x%h, iova=0x%08x, fsynr=0x%l, cbfrsynra=");
    private static final List<Term> STREAM_AND_BANK = IntStream.range(0, 64)
            .mapToObj(bank -> LogText.of("<c>0x%x, cb=" + bank))
            .toList();
    private static final Term UNKNOWN_STREAM = LogText.of(
            "<3>Blocked unknown Stream ID 0x%x; boot with \"arm-smmu.disable_bypass=0\" to allow, but this may"
                    + " have security implications");
    private static final Term UNEXPECTED = LogText.of("<3>Unexpected global fault, this could be serious");
    private static final Term SYNDROME = LogText.of("<3>\tGFSR 0x%08h, GFSYNR0 0x%08l, GFSYNR1 0x%08x");
    private static final Term SYNDROME_2 = LogText.of("<c>, GFSYNR2 0x%08x");
    private static final Map<Integer, String> CAUSES = causes();
    private static final Map<Integer, String> DETAILS = details();

    private final Kernel kernel;
    private final Faults faults;

    ArmSmmuFaults(Site site) {
        this.kernel = site.kernel();
        this.faults = site.core().faults();
    }

    // in the order in which they are printed
    private static Map<Integer, String> causes() {
        var names = new LinkedHashMap<Integer, String>();
        names.put(ArmSmmuLayout.FSR_UUT, " UUT");
        names.put(ArmSmmuLayout.FSR_ASF, " ASF");
        names.put(ArmSmmuLayout.FSR_TLBLKF, " TLBLKF");
        names.put(ArmSmmuLayout.FSR_TLBMCF, " TLBMCF");
        names.put(ArmSmmuLayout.FSR_EF, " EF");
        names.put(ArmSmmuLayout.FSR_PF, " PF");
        names.put(ArmSmmuLayout.FSR_AFF, " AFF");
        names.put(ArmSmmuLayout.FSR_TF, " TF");
        return names;
    }

    private static Map<Integer, String> details() {
        var names = new LinkedHashMap<Integer, String>();
        names.put(ArmSmmuLayout.FSYNR0_AFR, " AFR");
        names.put(ArmSmmuLayout.FSYNR0_PTWF, " PTWF");
        names.put(ArmSmmuLayout.FSYNR0_NSATTR, " NSATTR");
        names.put(ArmSmmuLayout.FSYNR0_IND, " IND");
        names.put(ArmSmmuLayout.FSYNR0_PNU, " PNU");
        names.put(ArmSmmuLayout.FSYNR0_WNR, " WNR");
        return names;
    }

    private static String names(Map<Integer, String> names, int bits) {
        var text = new StringBuilder();
        names.forEach((bit, name) -> text.append((bits & bit) != 0 ? name : ""));
        return text.toString();
    }

    /** The interrupt of a context bank. Whatever the fault handler answers, the fault is cleared. */
    void context(ArmSmmuDevice smmu, int bank) {
        kernel.driverRun(CONTEXT, smmu.device(), () -> {
            int fsr = smmu.read(bank, Register.FSR);
            if ((fsr & ArmSmmuLayout.FSR_FAULT) == 0) {
                return;
            }
            int fsynr = smmu.read(bank, Register.FSYNR0);
            long iova = smmu.readWide(bank, Register.FAR);
            int stream = smmu.registers().read32(ArmSmmuLayout.CBFRSYNRA + 4 * bank);
            boolean write = (fsynr & ArmSmmuLayout.FSYNR0_WNR) != 0;
            long answer = smmu.bank(bank)
                    .get()
                    .map(domain -> faults.report(domain, smmu.device(), iova, write))
                    .orElse((long) Errno.ENOSYS.negative());
            if (answer == Errno.ENOSYS.negative()) {
                print(smmu, bank, fsr, fsynr, iova, stream);
            }
            smmu.write(bank, Register.FSR, fsr);
        });
    }

    private void print(ArmSmmuDevice smmu, int bank, int fsr, int fsynr, long iova, int stream) {
        kernel.log().line(UNHANDLED, smmu.device(), LogText.pack(fsr, fsynr), iova);
        kernel.log().line(STREAM_AND_BANK.get(bank), smmu.device(), stream, 0);
        if (kernel.since(Version.V6_12)) {
            printDecoded(smmu, fsr, fsynr, stream);
        }
    }

    // arm_smmu_print_context_fault_info (v6.12)
    private void printDecoded(ArmSmmuDevice smmu, int fsr, int fsynr, int stream) {
        String flags = ((fsr & ArmSmmuLayout.FSR_MULTI) != 0 ? "MULTI " : "")
                + ((fsr & ArmSmmuLayout.FSR_SS) != 0 ? "SS " : "");
        int format = fsr >>> ArmSmmuLayout.FSR_FORMAT_SHIFT & 3;
        Term first = LogText.of("<3>FSR    = %08x [" + flags + "Format=" + format + names(CAUSES, fsr) + "], SID=0x%x");
        kernel.log().line(first, smmu.device(), fsr & 0xffff_ffffL, stream);
        int nested = fsynr >>> ArmSmmuLayout.FSYNR0_S1CBNDX_SHIFT & 0xff;
        int level = fsynr & ArmSmmuLayout.FSYNR0_PLVL;
        Term second =
                LogText.of("<3>FSYNR0 = %08x [S1CBNDX=" + nested + names(DETAILS, fsynr) + " PLVL=" + level + "]");
        kernel.log().line(second, smmu.device(), fsynr & 0xffff_ffffL, 0);
    }

    /** The interrupt of the SMMU itself. */
    void global(ArmSmmuDevice smmu) {
        kernel.driverRun(GLOBAL, smmu.device(), () -> {
            int status = smmu.registers().read32(ArmSmmuLayout.SGFSR);
            int zero = smmu.registers().read32(ArmSmmuLayout.SGFSYNR0);
            int one = smmu.registers().read32(ArmSmmuLayout.SGFSYNR1);
            int two = smmu.registers().read32(ArmSmmuLayout.SGFSYNR2);
            if (status == 0) {
                return;
            }
            if ((status & ArmSmmuLayout.GFSR_USF) != 0) {
                kernel.log().line(UNKNOWN_STREAM, smmu.device(), one & 0xffff, 0);
            } else {
                kernel.log().line(UNEXPECTED, smmu.device(), 0, 0);
            }
            kernel.log().line(SYNDROME, smmu.device(), LogText.pack(status, zero), one & 0xffff_ffffL);
            kernel.log().line(SYNDROME_2, smmu.device(), two & 0xffff_ffffL, 0);
            smmu.registers().write32(ArmSmmuLayout.SGFSR, status);
        });
    }
}
