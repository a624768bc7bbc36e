package org.iommulab.backend.intel;

import java.util.List;
import java.util.Map;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/** {@code struct intel_iommu}: a unit as its driver knows it. */
final class VtdInstance {
    private final int index;
    private final Wired wired;
    private final VtdQi qi;
    private final VtdDomainIds ids;
    private final VtdContexts contexts;
    private final LongCell cap;
    private final LongCell ecap;
    private final LongCell gcmd;
    private final FlagCell scalable;
    private final FlagCell registered;
    private final FlagCell preEnabled;

    /**
     * A unit as firmware (ACPI's DMAR) describes it.
     *
     * @param device what the kernel calls it: {@code dmar0}
     * @param address of its registers
     * @param flags of the DRHD structure; bit 0: it serves every PCI device that no other unit names
     * @param scope devices that it serves, and bridges with all below, by name; ACPI devices with their requester ids
     * @param ioApic id of the I/O APIC whose interrupts it remaps; negative for none
     */
    record Wired(
            Device device,
            Mmio registers,
            InterruptLine irq,
            long address,
            int flags,
            List<String> scope,
            Map<String, Integer> acpi,
            int ioApic) {
        Wired {
            scope = List.copyOf(scope);
            acpi = Map.copyOf(acpi);
        }

        boolean includesAll() {
            return (flags & 1) != 0;
        }
    }

    VtdInstance(Site site, int index, Wired wired) {
        this.index = index;
        this.wired = wired;
        Device device = wired.device();
        this.qi = new VtdQi(site, device, wired.registers());
        this.ids = new VtdDomainIds(device);
        this.contexts = new VtdContexts(site, this);
        this.cap = new LongCell(device, Lane.DRIVER, Term.hex("cap"));
        this.ecap = new LongCell(device, Lane.DRIVER, Term.hex("ecap"));
        this.gcmd = new LongCell(device, Lane.DRIVER, Term.hex("gcmd"));
        this.scalable = new FlagCell(device, Lane.DRIVER, Term.flag("sm_supported"));
        this.registered = new FlagCell(device, Lane.DRIVER, Term.flag("registered"));
        this.preEnabled = new FlagCell(device, Lane.DRIVER, Term.flag("VTD_FLAG_TRANS_PRE_ENABLED"));
    }

    /** {@code seq_id}. */
    int index() {
        return index;
    }

    Wired wired() {
        return wired;
    }

    Device device() {
        return wired.device();
    }

    Mmio registers() {
        return wired.registers();
    }

    VtdQi qi() {
        return qi;
    }

    VtdDomainIds ids() {
        return ids;
    }

    VtdContexts contexts() {
        return contexts;
    }

    /** Whether the core has its callbacks: {@code iommu->iommu.ops}. */
    FlagCell registered() {
        return registered;
    }

    /** translation_pre_enabled: it translated before this kernel came, with tables that were taken over. */
    FlagCell preEnabled() {
        return preEnabled;
    }

    /** map_iommu: from now on its abilities are known. */
    void readCaps(boolean scalableIsWanted) {
        cap.setQuietly(registers().read64(VtdLayout.CAP));
        ecap.setQuietly(registers().read64(VtdLayout.ECAP));
        scalable.setQuietly(scalableIsWanted && caps().scalableMode());
        // alloc_iommu: what is on stays on with the next command
        long status = registers().read32(VtdLayout.GSTS);
        gcmd.setQuietly(status & (1L << VtdLayout.TE | 1L << VtdLayout.QIE));
    }

    boolean isKnown() {
        return cap.isSet();
    }

    VtdCaps caps() {
        return new VtdCaps(cap.get(), ecap.get());
    }

    /** sm_supported. */
    boolean scalable() {
        return scalable.get();
    }

    /** pasid_supported. */
    boolean takesPasids() {
        return scalable() && caps().pasids();
    }

    /** nested_supported: a guest's first-level tables on top of second-level ones. */
    boolean nests() {
        return scalable() && caps().nested();
    }

    int agaw() {
        return caps().agaw(scalable());
    }

    /** Bits of an input address that its tables translate. */
    int width() {
        return Math.min(VtdCaps.width(agaw()), caps().mgaw());
    }

    /** A bit that stays: GCMD is written with all that are set, and GSTS tells when it is done. */
    void command(int bit, boolean on) {
        gcmd.setQuietly(on ? gcmd.get() | 1L << bit : gcmd.get() & ~(1L << bit));
        registers().write32(VtdLayout.GCMD, (int) gcmd.get());
        registers().read32(VtdLayout.GSTS);
    }

    /** A bit that is an order: it is not kept. */
    void order(int bit) {
        registers().write32(VtdLayout.GCMD, (int) (gcmd.get() | 1L << bit));
        registers().read32(VtdLayout.GSTS);
    }

    boolean commanded(int bit) {
        return (gcmd.get() >>> bit & 1) != 0;
    }
}
