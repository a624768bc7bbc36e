package org.iommulab.bus.pci;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * The bit of the command register without which a function begins no access to memory (PCI Local Bus Specification 3.0,
 * chapter 6.2.2). That the bridges above it pass its accesses on is taken for granted.
 */
public final class BusMaster {
    private static final Term SET_MASTER = Term.function("pci_set_master", "drivers/pci/pci.c");
    private static final int COMMAND = 0x04;
    private static final int BIT = 4;

    private BusMaster() {}

    public static boolean isOn(PciFunction function) {
        return (function.config().read16(COMMAND) & BIT) != 0;
    }

    /** pci_set_master: nothing is written when it is on already. */
    public static void set(Kernel kernel, Device device, PciFunction function) {
        if (!isOn(function)) {
            kernel.run(
                    SET_MASTER,
                    device,
                    () -> function.config().write16(COMMAND, function.config().read16(COMMAND) | BIT));
        }
    }
}
