package org.iommulab.capture.machine;

import java.util.Set;

/** What a member's driver means for handing its group to user space. */
public enum Standing {
    /** No driver is bound. */
    FREE("no driver", false),
    /** A VFIO driver has it. */
    HANDED("with VFIO", false),
    /** A driver that leaves the DMA of its device to others. */
    ALLOWED("may stay", false),
    /** A driver that does DMA through the group's default domain. */
    BLOCKS("blocks", true);

    /** Drivers outside VFIO that set driver_managed_dma (v6.1 and v6.12: drivers/pci/pcie/portdrv.c, drivers/pci/pci-stub.c). */
    public static final Set<String> LEAVE_DMA_ALONE = Set.of("pcieport", "pci-stub");

    private static final int DRIVER_MANAGED_DMA = 5019;

    private final String words;
    private final boolean blocks;

    Standing(String words, boolean blocks) {
        this.words = words;
        this.blocks = blocks;
    }

    public String words() {
        return words;
    }

    public boolean blocks() {
        return blocks;
    }

    /**
     * From v5.19 on the driver core counts the drivers that do not set driver_managed_dma, and the claim of the group fails
     * while there is one (iommu_group_claim_dma_owner). Before, VFIO looked itself: pci-stub and any driver of a bridge may
     * stay (drivers/vfio/vfio.c: vfio_dev_driver_allowed).
     *
     * @param driver empty for none
     * @param release number of the machine's release, see {@link MachineFile#number}; 0 is taken for a new one
     */
    static Standing of(String driver, boolean bridge, int release) {
        if (driver.isEmpty()) {
            return FREE;
        }
        // all drivers below drivers/vfio set the flag, and all have it in their names
        if (driver.contains("vfio")) {
            return HANDED;
        }
        boolean old = release > 0 && release < DRIVER_MANAGED_DMA;
        boolean allowed = old ? bridge || driver.equals("pci-stub") : LEAVE_DMA_ALONE.contains(driver);
        return allowed ? ALLOWED : BLOCKS;
    }
}
