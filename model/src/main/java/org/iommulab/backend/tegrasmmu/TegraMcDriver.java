package org.iommulab.backend.tegrasmmu;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.Term;

/** The driver of the memory controller (tegra_mc_probe, drivers/memory/tegra/mc.c), which brings the SMMU up. */
final class TegraMcDriver extends Driver {
    static final String NAME = "tegra-mc";
    private static final Term SMMU_PROBE = Term.function("tegra_smmu_probe", "drivers/iommu/tegra-smmu.c");
    private static final Term AHB_ENABLE = Term.function("tegra_smmu_ahb_enable", "drivers/iommu/tegra-smmu.c");

    private final Site site;
    private final Device device;
    private final Mmio registers;
    private final InterruptLine irq;
    private final TegraSmmuDriver smmu;
    private final TegraMcInterrupt interrupt;

    TegraMcDriver(Site site, Device device, TegraSmmuDriver smmu, InterruptLine irq) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.device = device;
        this.registers = smmu.smmu().registers();
        this.irq = irq;
        this.smmu = smmu;
        this.interrupt = new TegraMcInterrupt(site.kernel(), device, smmu.smmu().chip(), registers);
    }

    @Override
    public boolean matches(Device other) {
        return other == device;
    }

    /** Without its SMMU the memory controller is bound all the same: that error is only logged. */
    @Override
    public long probe(Device probed) {
        registers.write32(
                TegraSmmuLayout.INTMASK, TegraSmmuLayout.interrupts(smmu.smmu().chip()));
        irq.connect(interrupt::handle);
        site.kernel().driverCall(SMMU_PROBE, probed, () -> {
            smmu.smmu().sequences().probe();
            site.kernel().driverRun(AHB_ENABLE, probed, () -> {});
            return site.core()
                    .probing()
                    .register(smmu.smmu().instance(), site.bus().devices().toList());
        });
        return 0;
    }
}
