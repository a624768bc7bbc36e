package org.iommulab.backend.tegragart;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.Term;

/**
 * The driver of Tegra20's memory controller (tegra_mc_probe, drivers/memory/tegra/mc.c), which brings the GART up, as
 * long as the kernel has a driver for it.
 */
final class GartMcDriver extends Driver {
    static final String NAME = "tegra-mc";
    private static final Term GART_PROBE = Term.function("tegra_gart_probe", "drivers/iommu/tegra-gart.c");

    private final Site site;
    private final Device device;
    private final Mmio registers;
    private final InterruptLine irq;
    private final GartDriver gart;
    private final GartInterrupt interrupt;

    GartMcDriver(Site site, Device device, GartDriver gart, Mmio registers, InterruptLine irq) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.device = device;
        this.registers = registers;
        this.irq = irq;
        this.gart = gart;
        this.interrupt = new GartInterrupt(site.kernel(), device, registers);
    }

    @Override
    public boolean matches(Device other) {
        return other == device;
    }

    /** Without its GART the memory controller is bound all the same: that error is only logged. */
    @Override
    public long probe(Device probed) {
        registers.write32(GartLayout.INT_MASK, GartLayout.INTERRUPTS);
        irq.connect(interrupt::handle);
        if (gart.isThere()) {
            site.kernel().driverCall(GART_PROBE, probed, gart::probe);
        }
        return 0;
    }
}
