package org.iommulab.bus.pci;

import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;

/**
 * Whether a function can be reset by itself (drivers/pci/pci.c: pci_reset_methods, pci_parent_bus_reset). Of the kernel's
 * methods those of single devices, ACPI's _RST and the reset of a hot-plug slot are not told by configuration space, and
 * are taken for missing.
 */
public final class PciReset {
    /** quirk_no_flr (drivers/pci/quirks.c): vendor and device of functions that a function level reset hangs. */
    private static final Set<Integer> HANGS =
            Set.of(0x1022_1487, 0x1022_148c, 0x1022_149c, 0x1022_7901, 0x8086_1502, 0x8086_1503);

    private PciReset() {}

    /** What {@code pci_reset_function} would find; never for a device that is not on PCI. */
    public static boolean canReset(Device device) {
        return device.pci()
                .filter(function -> byItself(function.found()) || hasBusForItself(device, function))
                .isPresent();
    }

    private static boolean byItself(ConfigSpace found) {
        ResetMethods methods = ResetMethods.of(found);
        boolean level = methods.flr() || methods.afFlr();
        return level && !HANGS.contains(found.vendor() << 16 | found.device()) || methods.powerManagement();
    }

    // the bridge above resets its bus, if nobody else is on it and nobody below
    private static boolean hasBusForItself(Device device, PciFunction function) {
        Optional<Device> bridge = function.bus().self();
        return bridge.isPresent()
                && function.subordinate().isNull()
                && function.bus().devices().toList().stream().allMatch(other -> other == device);
    }
}
