package org.iommulab.bus.pci;

import java.util.Arrays;
import java.util.OptionalInt;

/** Types of functions, by the device/port type of the PCI Express capability; the last two have none. */
public enum PciType {
    ENDPOINT(0, "PCIe Endpoint"),
    LEGACY_ENDPOINT(1, "PCIe Legacy Endpoint"),
    ROOT_PORT(4, "PCIe Root Port"),
    UPSTREAM_PORT(5, "PCIe Switch Upstream Port"),
    DOWNSTREAM_PORT(6, "PCIe Switch Downstream Port"),
    PCIE_TO_PCI_BRIDGE(7, "PCIe to PCI/PCI-X bridge"),
    PCI_TO_PCIE_BRIDGE(8, "PCI/PCI-X to PCIe bridge"),
    RC_ENDPOINT(9, "PCIe Root Complex Integrated Endpoint"),
    RC_EVENT_COLLECTOR(10, "PCIe Root Complex Event Collector"),
    /** A bridge between two conventional buses. */
    PCI_BRIDGE(-1, "conventional PCI bridge"),
    /** A conventional device. */
    CONVENTIONAL(-1, "conventional PCI endpoint");

    private final int number;
    private final String words;

    PciType(int number, String words) {
        this.number = number;
        this.words = words;
    }

    /** The number in the PCI Express capability; -1 for a function without one. */
    int number() {
        return number;
    }

    private static final int FLAGS = 2;

    /**
     * By the PCI Express capability and, without one, by the header. A type that PCI Express does not define is taken
     * for an endpoint's.
     */
    public static PciType of(ConfigSpace space) {
        OptionalInt express = space.find(StandardCapability.EXPRESS);
        if (express.isEmpty()) {
            return space.headerType() == 1 ? PCI_BRIDGE : CONVENTIONAL;
        }
        int number = space.read16(express.getAsInt() + FLAGS) >> 4 & 0xf;
        return Arrays.stream(values())
                .filter(type -> type.number == number)
                .findFirst()
                .orElse(ENDPOINT);
    }

    /** Whether it has a PCI Express capability. */
    public boolean isExpress() {
        return this != PCI_BRIDGE && this != CONVENTIONAL;
    }

    /** Whether a link leads down from it: pcie_downstream_port (drivers/pci/pci.h). */
    public boolean leadsDown() {
        return this == ROOT_PORT || this == DOWNSTREAM_PORT || this == PCI_TO_PCIE_BRIDGE;
    }

    /** As v6.12 calls it in the kernel log: pci_type_str (drivers/pci/probe.c). */
    public String words() {
        return words;
    }

    /** Whether other functions can be below it. */
    public boolean isBridge() {
        return switch (this) {
            case ROOT_PORT, UPSTREAM_PORT, DOWNSTREAM_PORT, PCIE_TO_PCI_BRIDGE, PCI_TO_PCIE_BRIDGE, PCI_BRIDGE -> true;
            case ENDPOINT, LEGACY_ENDPOINT, RC_ENDPOINT, RC_EVENT_COLLECTOR, CONVENTIONAL -> false;
        };
    }
}
