package org.iommulab.backend.amd;

import java.util.List;
import org.iommulab.backend.IdRange;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/** {@code struct amd_iommu}: a unit as its driver knows it. */
final class AmdInstance {
    static final int EVENT_BYTES = 512 * AmdLayout.ENTRY_BYTES;
    /** IOMMU_CAP_NPCACHE (drivers/iommu/amd/amd_iommu_types.h). */
    private static final int NP_CACHE = 26;

    private static final int PAGE = 4096;

    private final Site site;
    private final int index;
    private final Wired wired;
    private final AmdCommands commands;
    private final LongCell eventBuffer;
    private final FlagCell registered;
    private final FlagCell preEnabled;

    /**
     * A unit as firmware (ACPI's IVRS) describes it.
     *
     * @param device its PCI function
     * @param ids the requester ids that are its business
     * @param capability the first word of its capability in configuration space
     * @param interrupts whether the IVRS names the I/O APICs behind it, so that interrupts can be remapped
     */
    record Wired(
            Device device, Mmio registers, InterruptLine irq, List<IdRange> ids, long capability, boolean interrupts) {
        Wired {
            ids = List.copyOf(ids);
        }

        /** NpCache: it keeps entries that are not present, so that a new mapping must be told; a virtual machine's does. */
        boolean keepsAbsence() {
            return (capability >>> NP_CACHE & 1) != 0;
        }

        int lastId() {
            return ids.stream().mapToInt(IdRange::last).max().orElse(0);
        }

        boolean covers(int id) {
            return ids.stream().anyMatch(range -> range.has(id));
        }
    }

    AmdInstance(Site site, int index, Wired wired) {
        this.site = site;
        this.index = index;
        this.wired = wired;
        this.commands = new AmdCommands(site, wired.device(), wired.registers());
        this.eventBuffer = new LongCell(wired.device(), Lane.DRIVER, Term.hex("evt_buf"));
        this.registered = new FlagCell(wired.device(), Lane.DRIVER, Term.flag("registered"));
        this.preEnabled = new FlagCell(wired.device(), Lane.DRIVER, Term.flag("AMD_IOMMU_FLAG_TRANS_PRE_ENABLED"));
    }

    /** Its place among the units of the machine, as in {@code ivhd0}. */
    int index() {
        return index;
    }

    Device device() {
        return wired.device();
    }

    Wired wired() {
        return wired;
    }

    Mmio registers() {
        return wired.registers();
    }

    AmdCommands commands() {
        return commands;
    }

    /** Whether the core has its callbacks: {@code iommu->iommu.ops}. */
    FlagCell registered() {
        return registered;
    }

    /** translation_pre_enabled: it translated before this kernel came, with a table that was taken over. */
    FlagCell preEnabled() {
        return preEnabled;
    }

    long features() {
        return registers().read64(AmdLayout.EXT_FEATURES);
    }

    /** alloc_event_buffer. */
    void allocateEventBuffer() {
        eventBuffer.set(site.frames().allocate(EVENT_BYTES, PAGE));
        site.memory().clear(eventBuffer.get(), EVENT_BYTES);
    }

    long eventBuffer() {
        return eventBuffer.get();
    }

    /** iommu_feature_enable. */
    void enable(int controlBit) {
        registers().write64(AmdLayout.CONTROL, registers().read64(AmdLayout.CONTROL) | 1L << controlBit);
    }

    /** iommu_feature_disable. */
    void disable(int controlBit) {
        registers().write64(AmdLayout.CONTROL, registers().read64(AmdLayout.CONTROL) & ~(1L << controlBit));
    }

    /** iommu_set_inv_tlb_timeout. */
    void setInvalidationTimeout(long code) {
        long control = registers().read64(AmdLayout.CONTROL) & ~(7L << AmdLayout.INV_TIMEOUT);
        registers().write64(AmdLayout.CONTROL, control | code << AmdLayout.INV_TIMEOUT);
    }
}
