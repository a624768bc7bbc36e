package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct riscv_iommu_device}: a unit as its driver knows it. */
final class RiscvDevice extends SimObject {
    static final String FILE = "drivers/iommu/riscv/iommu.c";

    private final Wired wired;
    private final LongCell caps;
    private final LongCell fctl;
    private final LongCell mode;
    private final LongCell root;
    private final FlagCell probed;
    private final RiscvCommandRing commands;
    private final RiscvFaultRing faults;
    private final RiscvDirectory directory;

    /** A unit as the device tree describes it. */
    record Wired(Device device, Mmio registers, List<InterruptLine> irqs) {
        Wired {
            irqs = List.copyOf(irqs);
        }
    }

    RiscvDevice(Site site, Wired wired) {
        super(site.kernel().machine());
        this.wired = wired;
        Device device = wired.device();
        this.caps = new LongCell(device, Lane.DRIVER, Term.hex("iommu.caps"));
        this.fctl = new LongCell(device, Lane.DRIVER, Term.hex("iommu.fctl"));
        this.mode = new LongCell(device, Lane.DRIVER, Term.count("iommu.ddt_mode"));
        this.root = new LongCell(device, Lane.DRIVER, Term.hex("iommu.ddt_phys"));
        this.probed = new FlagCell(device, Lane.DRIVER, Term.flag("iommu: drvdata"));
        this.commands = new RiscvCommandRing(site, this);
        this.faults = new RiscvFaultRing(site, this);
        this.directory = new RiscvDirectory(site, this);
    }

    @Override
    public String label() {
        return wired.device().label();
    }

    Device device() {
        return wired.device();
    }

    Mmio registers() {
        return wired.registers();
    }

    InterruptLine irq(int vector) {
        return wired.irqs().get(vector);
    }

    int irqs() {
        return wired.irqs().size();
    }

    RiscvCaps caps() {
        return new RiscvCaps(caps.get());
    }

    /** What the unit says of itself. */
    void identify() {
        caps.set(registers().read64(RiscvLayout.CAPABILITIES));
        fctl.set(registers().read32(RiscvLayout.FCTL) & 0xffff_ffffL);
    }

    LongCell fctl() {
        return fctl;
    }

    /** {@code ddt_mode}: what DDTP has accepted. */
    LongCell mode() {
        return mode;
    }

    /** Levels of the directory; 0 while there is none. */
    int levels() {
        return Math.max(0, (int) mode.get() - RiscvLayout.BARE);
    }

    /** {@code ddt_phys}. */
    LongCell root() {
        return root;
    }

    /** Whether the platform driver has stored it: {@code dev_get_drvdata}. */
    FlagCell probed() {
        return probed;
    }

    RiscvCommandRing commands() {
        return commands;
    }

    RiscvFaultRing faults() {
        return faults;
    }

    RiscvDirectory directory() {
        return directory;
    }
}
