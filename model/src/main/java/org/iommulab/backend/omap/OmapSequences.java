package org.iommulab.backend.omap;

import org.iommulab.hardware.Mmio;

/**
 * The register sequences of the driver (drivers/iommu/omap-iommu.c), without its resets, clocks, locks and log.
 *
 * @param slots of the TLB, as the device tree says
 * @param busErrorBack with {@code ti,iommu-bus-err-back}
 */
public record OmapSequences(Mmio registers, int slots, boolean busErrorBack) {
    /**
     * {@code omap2_iommu_enable}.
     *
     * @param table physical address of the first-level table
     */
    public void enable(long table) {
        registers.write32(OmapLayout.TTB, (int) table);
        if (busErrorBack) {
            registers.write32(OmapLayout.GP_REG, OmapLayout.GP_BUS_ERROR_BACK);
        }
        setWalker(true);
    }

    /** {@code __iommu_set_twl}: on, with the hardware's walker or without. */
    public void setWalker(boolean on) {
        registers.write32(OmapLayout.IRQENABLE, on ? OmapLayout.IRQS_WITH_WALKER : OmapLayout.IRQS_WITHOUT_WALKER);
        int control = registers.read32(OmapLayout.CNTL) & ~OmapLayout.CNTL_ALL;
        int walker = on ? OmapLayout.CNTL_TWL_EN : 0;
        registers.write32(OmapLayout.CNTL, control | OmapLayout.CNTL_MMU_EN | walker);
    }

    /** {@code omap2_iommu_disable}: afterwards accesses pass untranslated. */
    public void disable() {
        registers.write32(OmapLayout.CNTL, registers.read32(OmapLayout.CNTL) & ~OmapLayout.CNTL_ALL);
    }

    /** {@code flush_iotlb_all}. It also unpins every slot. */
    public void flushAll() {
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(0, 0));
        registers.write32(OmapLayout.GFLUSH, 1);
    }

    /** {@code flush_iotlb_page}: looks at slot after slot, up to the first that covers the address. */
    public void flushPage(long iova) {
        for (int slot = 0; slot < slots; slot++) {
            show(slot);
            int cam = registers.read32(OmapLayout.READ_CAM);
            int ram = registers.read32(OmapLayout.READ_RAM);
            if ((cam & OmapLayout.CAM_VALID) != 0) {
                long offset = (iova & 0xffff_ffffL) - OmapLayout.tag(cam);
                if (offset >= 0 && offset < OmapLayout.bytes(cam)) {
                    load(cam, ram);
                    registers.write32(OmapLayout.FLUSH_ENTRY, 1);
                    return;
                }
            }
        }
    }

    /** Makes a slot the victim, where it can be read and loaded; the base stays. */
    private void show(int slot) {
        int base = OmapLayout.lockBase(registers.read32(OmapLayout.LOCK));
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(base, slot));
    }

    /** {@code iotlb_load_cr}: what covers the same address is flushed before. */
    private void load(int cam, int ram) {
        registers.write32(OmapLayout.CAM, cam | OmapLayout.CAM_VALID);
        registers.write32(OmapLayout.RAM, ram);
        registers.write32(OmapLayout.FLUSH_ENTRY, 1);
        registers.write32(OmapLayout.LD_TLB, 1);
    }

    /**
     * Pins a page in the first slot that is not pinned yet, as the driver does when it restores what it saved
     * ({@code omap_iommu_restore_tlb_entries}).
     */
    public void pin(int cam, int ram) {
        int slot = OmapLayout.lockBase(registers.read32(OmapLayout.LOCK));
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(slot, slot));
        load(cam | OmapLayout.CAM_PRESERVED, ram);
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(slot + 1, slot + 1));
    }
}
