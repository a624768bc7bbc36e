package org.iommulab.bus.pci;

/**
 * In which ways a function can be reset by itself, as its configuration space tells (drivers/pci/pci.c: pcie_reset_flr,
 * pci_af_flr, pci_pm_reset). What is missing here: methods of single devices, ACPI's _RST, and the reset of a bus that
 * it has for itself.
 *
 * @param flr function level reset, by bit 28 of the device capabilities
 * @param afFlr the same of a conventional function, by its Advanced Features
 * @param powerManagement a trip through D3hot that does not keep its state: No_Soft_Reset is 0
 */
public record ResetMethods(boolean flr, boolean afFlr, boolean powerManagement) {
    private static final int DEVICE_CAPABILITIES = 4;
    static final int FLR = 1 << 28;
    private static final int AF_CAPABILITIES = 3;
    private static final int AF_TP = 1;
    private static final int AF_FLR = 2;
    private static final int PM_CONTROL = 4;
    private static final int NO_SOFT_RESET = 8;

    public static ResetMethods of(ConfigSpace space) {
        var express = space.find(StandardCapability.EXPRESS);
        var features = space.find(StandardCapability.ADVANCED_FEATURES);
        var power = space.find(StandardCapability.POWER_MANAGEMENT);
        int af = features.isPresent() ? space.read8(features.getAsInt() + AF_CAPABILITIES) : 0;
        return new ResetMethods(
                express.isPresent() && (space.read32(express.getAsInt() + DEVICE_CAPABILITIES) & FLR) != 0,
                (af & AF_TP) != 0 && (af & AF_FLR) != 0,
                power.isPresent() && (space.read16(power.getAsInt() + PM_CONTROL) & NO_SOFT_RESET) == 0);
    }
}
