package org.iommulab.backend.armsmmu;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.Term;

/** A domain gets its tables and a context bank, and gives them back (drivers/iommu/arm/arm-smmu/arm-smmu.c). */
final class ArmSmmuContexts {
    private static final String FILE = "drivers/iommu/arm/arm-smmu/arm-smmu.c";
    private static final Term INIT = Term.function("arm_smmu_init_domain_context", FILE);
    private static final Term DESTROY = Term.function("arm_smmu_destroy_domain_context", FILE);
    private static final Term WRITE = Term.function("arm_smmu_write_context_bank", FILE);

    private final Site site;
    private final Kernel kernel;
    private final ArmSmmuFaults faults;

    ArmSmmuContexts(Site site, ArmSmmuFaults faults) {
        this.site = site;
        this.kernel = site.kernel();
        this.faults = faults;
    }

    /** arm_smmu_init_domain_context: nothing for a domain that has a bank. */
    long init(ArmSmmuDomain domain, ArmSmmuDevice smmu) {
        return kernel.driverCall(
                INIT, domain, () -> domain.initMutex().with(() -> domain.smmu().isNull() ? allocate(domain, smmu) : 0));
    }

    private long allocate(ArmSmmuDomain domain, ArmSmmuDevice smmu) {
        boolean stageTwo = !smmu.hasStageOne() || domain.isStageTwo() && smmu.hasStageTwo();
        boolean wide = !kernel.config("ARM");
        LpaeVariant variant = wide
                ? stageTwo ? LpaeVariant.ARM_64_S2 : LpaeVariant.ARM_64_S1
                : stageTwo ? LpaeVariant.ARM_32_S2 : LpaeVariant.ARM_32_S1;
        int virtual = stageTwo ? smmu.inputBits() : smmu.virtualBits();
        int input = wide ? virtual : Math.min(virtual, stageTwo ? 40 : 32);
        int physical = stageTwo ? smmu.outputBits() : smmu.inputBits();
        int output = wide ? physical : Math.min(physical, 40);
        OptionalInt bank = smmu.allocateBank(stageTwo ? 0 : smmu.stageTwoBanks());
        if (bank.isEmpty()) {
            return Errno.ENOSPC.negative();
        }
        Optional<LpaeFormat> format =
                LpaeFormat.of(new LpaeConfig(variant, input, output, smmu.pageSizes(), Set.of(), smmu.isCoherent()));
        if (format.isEmpty()) {
            smmu.freeBank(bank.getAsInt());
            return Errno.ENOMEM.negative();
        }
        domain.smmu().set(smmu);
        domain.choose(stageTwo, wide, bank.getAsInt());
        var pgtable = new LpaeIoPgtable(site, domain, format.get(), domain);
        domain.limit(format.get(), input);
        smmu.bank(domain.bank()).set(domain);
        kernel.driverRun(
                WRITE, domain, () -> write(smmu, domain, pgtable.table().registers()));
        InterruptLine irq = smmu.wired().bankIrqs().get(domain.bank());
        irq.connect(() -> faults.context(smmu, domain.bank()));
        domain.pgtable().set(pgtable);
        return 0;
    }

    // arm_smmu_write_context_bank: what the table is like before where it is
    private static void write(ArmSmmuDevice smmu, ArmSmmuDomain domain, LpaeRegisters values) {
        int bank = domain.bank();
        int cba2r = domain.isWide() ? ArmSmmuLayout.CBA2R_VA64 : 0;
        smmu.registers().write32(ArmSmmuLayout.CBA2R + 4 * bank, cba2r);
        switch (values) {
            case LpaeRegisters.StageOne one -> {
                smmu.registers().write32(ArmSmmuLayout.CBAR + 4 * bank, cbarOfStageOne());
                long asid = (long) domain.asid() << ArmSmmuLayout.TTBR_ASID_SHIFT;
                int format = domain.isWide() ? ArmSmmuLayout.TCR2_AS : 0;
                int size = ArmSmmuLayout.TCR2_SEP_UPSTREAM | one.tcr().size() | format;
                smmu.write(bank, Register.TCR2, size);
                int eae = domain.isWide() ? 0 : ArmSmmuLayout.TCR_EAE;
                smmu.write(bank, Register.TCR, control(one.tcr()) | ArmSmmuLayout.TCR_EPD1 | eae);
                smmu.writeWide(bank, Register.TTBR0, one.ttbr() | asid);
                smmu.writeWide(bank, Register.TTBR1, asid);
                smmu.write(bank, Register.S1_MAIR0, (int) one.mair());
                smmu.write(bank, Register.S1_MAIR1, (int) (one.mair() >>> 32));
                smmu.write(bank, Register.SCTLR, ArmSmmuLayout.SCTLR_ON | ArmSmmuLayout.SCTLR_ASIDPNE);
            }
            case LpaeRegisters.StageTwo two -> {
                smmu.registers().write32(ArmSmmuLayout.CBAR + 4 * bank, domain.vmid());
                int vtcr = ArmSmmuLayout.VTCR_RES1
                        | two.vtcr().size() << ArmSmmuLayout.VTCR_PS_SHIFT
                        | two.startLevel() << ArmSmmuLayout.VTCR_SL0_SHIFT;
                smmu.write(bank, Register.TCR, control(two.vtcr()) | vtcr);
                smmu.writeWide(bank, Register.TTBR0, two.vttbr());
                smmu.write(bank, Register.SCTLR, ArmSmmuLayout.SCTLR_ON);
            }
            case LpaeRegisters.Mali _ -> throw new IllegalStateException("no SMMU has Mali's tables");
        }
    }

    private static int cbarOfStageOne() {
        return ArmSmmuLayout.CBAR_S1 << ArmSmmuLayout.CBAR_TYPE_SHIFT
                | ArmSmmuLayout.CBAR_WRITE_BACK
                | ArmSmmuLayout.CBAR_NOT_SHARED;
    }

    private static int control(LpaeRegisters.Control tcr) {
        return tcr.granule() << ArmSmmuLayout.TCR_TG0_SHIFT
                | tcr.shareability() << ArmSmmuLayout.TCR_SH0_SHIFT
                | tcr.outer() << ArmSmmuLayout.TCR_ORGN0_SHIFT
                | tcr.inner() << ArmSmmuLayout.TCR_IRGN0_SHIFT
                | tcr.bits();
    }

    /** arm_smmu_destroy_domain_context: the bank is switched off before its tables go; entries that lead there stay. */
    void destroy(ArmSmmuDomain domain) {
        kernel.driverRun(DESTROY, domain, () -> {
            if (domain.smmu().isNull() || domain.pgtable().isNull()) {
                return;
            }
            ArmSmmuDevice smmu = domain.smmu().require();
            int bank = domain.bank();
            smmu.bank(bank).setNull();
            kernel.driverRun(WRITE, domain, () -> smmu.write(bank, Register.SCTLR, 0));
            smmu.wired().bankIrqs().get(bank).disconnect();
            domain.pgtable().get().ifPresent(IoPgtable::free);
            smmu.freeBank(bank);
        });
    }
}
