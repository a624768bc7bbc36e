package org.iommulab.bus.pci;

/** Types of functions, by the device/port type of the PCI Express capability; the last two have none. */
public enum PciType {
    ENDPOINT,
    LEGACY_ENDPOINT,
    ROOT_PORT,
    UPSTREAM_PORT,
    DOWNSTREAM_PORT,
    PCIE_TO_PCI_BRIDGE,
    PCI_TO_PCIE_BRIDGE,
    RC_ENDPOINT,
    RC_EVENT_COLLECTOR,
    /** A bridge between two conventional buses. */
    PCI_BRIDGE,
    /** A conventional device. */
    CONVENTIONAL;

    /** Whether other functions can be below it. */
    public boolean isBridge() {
        return switch (this) {
            case ROOT_PORT, UPSTREAM_PORT, DOWNSTREAM_PORT, PCIE_TO_PCI_BRIDGE, PCI_TO_PCIE_BRIDGE, PCI_BRIDGE -> true;
            case ENDPOINT, LEGACY_ENDPOINT, RC_ENDPOINT, RC_EVENT_COLLECTOR, CONVENTIONAL -> false;
        };
    }
}
