package org.iommulab.bus.pci;

/** Capabilities above the first 256 bytes that the lab reads (PCI Code and ID Assignment Specification). */
public enum ExtendedCapability {
    /** Advanced Error Reporting. */
    AER(0x01),
    /** Access Control Services. */
    ACS(0x0d),
    /** Alternative Routing-ID Interpretation. */
    ARI(0x0e),
    ATS(0x0f),
    SRIOV(0x10),
    PRI(0x13),
    PASID(0x1b);

    private final int id;

    ExtendedCapability(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }
}
