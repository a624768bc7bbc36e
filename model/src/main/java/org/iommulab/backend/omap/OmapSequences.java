package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.Mmio;

/**
 * The register sequences of the driver (drivers/iommu/omap-iommu.c), without its resets, clocks, locks and log.
 *
 * @param slots of the TLB, as the device tree says
 * @param busErrorBack with {@code ti,iommu-bus-err-back}
 * @param config with {@code ti,syscon-mmuconfig}, where the DSP's own switch of the MMU is
 */
public record OmapSequences(Mmio registers, int slots, boolean busErrorBack, Optional<MmuConfig> config) {
    /**
     * The switch of an MMU in the registers of a DRA7 DSP.
     *
     * @param syscon DSP_SYSTEM
     * @param mmu 0 or 1
     */
    record MmuConfig(Mmio syscon, int mmu) {
        /** {@code dra7_cfg_dspsys_mmu}: regmap writes only what changes. */
        void set(boolean on) {
            int old = syscon.read32(OmapLayout.DSP_SYS_MMU_CONFIG);
            int bit = OmapLayout.mmuEnable(mmu);
            int value = on ? old | bit : old & ~bit;
            if (value != old) {
                syscon.write32(OmapLayout.DSP_SYS_MMU_CONFIG, value);
            }
        }
    }

    /** A TLB slot as the CPU sees it. */
    record Slot(int cam, int ram) {}

    /** An MMU without a switch around it. */
    public OmapSequences(Mmio registers, int slots, boolean busErrorBack) {
        this(registers, slots, busErrorBack, Optional.empty());
    }

    /**
     * {@code omap2_iommu_enable}.
     *
     * @param table physical address of the first-level table
     */
    public void enable(long table) {
        registers.write32(OmapLayout.TTB, (int) table);
        config.ifPresent(c -> c.set(true));
        if (busErrorBack) {
            registers.write32(OmapLayout.GP_REG, OmapLayout.GP_BUS_ERROR_BACK);
        }
        setWalker(true);
    }

    /** {@code __iommu_set_twl}: on, with the hardware's walker or without. */
    public void setWalker(boolean on) {
        int control = registers.read32(OmapLayout.CNTL) & ~OmapLayout.CNTL_ALL;
        registers.write32(OmapLayout.IRQENABLE, on ? OmapLayout.IRQS_WITH_WALKER : OmapLayout.IRQS_WITHOUT_WALKER);
        int walker = on ? OmapLayout.CNTL_TWL_EN : 0;
        registers.write32(OmapLayout.CNTL, control | OmapLayout.CNTL_MMU_EN | walker);
    }

    /** {@code omap2_iommu_disable}: afterwards accesses pass untranslated. */
    public void disable() {
        registers.write32(OmapLayout.CNTL, registers.read32(OmapLayout.CNTL) & ~OmapLayout.CNTL_ALL);
        config.ifPresent(c -> c.set(false));
    }

    /** {@code flush_iotlb_all}. It also unpins every slot. */
    public void flushAll() {
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(0, 0));
        registers.write32(OmapLayout.GFLUSH, 1);
    }

    /** {@code flush_iotlb_page}: looks at slot after slot, up to the first that covers the address. */
    public void flushPage(long iova) {
        for (int slot = 0; slot < slots; slot++) {
            Slot found = read(slot);
            if ((found.cam() & OmapLayout.CAM_VALID) != 0) {
                long offset = (iova & 0xffff_ffffL) - OmapLayout.tag(found.cam());
                if (offset >= 0 && offset < OmapLayout.bytes(found.cam())) {
                    load(found.cam(), found.ram());
                    registers.write32(OmapLayout.FLUSH_ENTRY, 1);
                    return;
                }
            }
        }
    }

    /** {@code __iotlb_read_cr}: makes a slot the victim, where it can be read and loaded; the base stays. */
    private Slot read(int slot) {
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(lockBase(), slot));
        return new Slot(registers.read32(OmapLayout.READ_CAM), registers.read32(OmapLayout.READ_RAM));
    }

    private int lockBase() {
        return OmapLayout.lockBase(registers.read32(OmapLayout.LOCK));
    }

    /** {@code omap_iommu_save_tlb_entries}: the pinned slots, valid or not. */
    List<Slot> pinned() {
        int count = lockBase();
        var found = new ArrayList<Slot>();
        for (int slot = 0; slot < count; slot++) {
            found.add(read(slot));
        }
        return found;
    }

    /** {@code omap_iommu_restore_tlb_entries}. Loading makes a slot valid, even if it was not when it was saved. */
    void restore(List<Slot> saved) {
        if (saved.isEmpty()) {
            return;
        }
        for (int slot = 0; slot < saved.size(); slot++) {
            registers.write32(OmapLayout.LOCK, OmapLayout.lock(0, slot));
            load(saved.get(slot).cam(), saved.get(slot).ram());
        }
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(saved.size(), saved.size()));
    }

    /** {@code iotlb_load_cr}: what covers the same address is flushed before. */
    private void load(int cam, int ram) {
        registers.write32(OmapLayout.CAM, cam | OmapLayout.CAM_VALID);
        registers.write32(OmapLayout.RAM, ram);
        registers.write32(OmapLayout.FLUSH_ENTRY, 1);
        registers.write32(OmapLayout.LD_TLB, 1);
    }

    /**
     * Pins a page in the first slot that is not pinned yet, as {@code load_iotlb_entry} would if it were compiled in. The
     * driver never does it; a user may.
     */
    public void pin(int cam, int ram) {
        int slot = lockBase();
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(slot, slot));
        load(cam | OmapLayout.CAM_PRESERVED, ram);
        registers.write32(OmapLayout.LOCK, OmapLayout.lock(slot + 1, slot + 1));
    }
}
