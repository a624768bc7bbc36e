package org.iommulab.bus.pci;

/** Capabilities in the first 256 bytes that the lab reads, by their ids (PCI Code and ID Assignment Specification). */
public enum StandardCapability {
    POWER_MANAGEMENT(0x01),
    MSI(0x05),
    PCI_X(0x07),
    SUBSYSTEM_ID(0x0d),
    EXPRESS(0x10),
    MSI_X(0x11),
    /** Advanced Features, of conventional functions: their function level reset. */
    ADVANCED_FEATURES(0x13);

    private final int id;

    StandardCapability(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }
}
