package org.iommulab.backend.virtio;

import java.util.List;
import java.util.OptionalInt;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct viommu_dev}: a virtio-iommu as its driver knows it. */
final class ViommuDev extends SimObject {
    private final Wired wired;
    private final int index;
    private final IommuDevice instance;
    private final VirtioTransport transport;
    private final DriverRing events;
    private final ViommuRequests requests;
    private final RefCell<Device> device;
    private final FlagCell priv;
    private final LongCell features;
    private final LongCell pageSizes;
    private final LongCell inputStart;
    private final LongCell inputEnd;
    private final LongCell firstDomain;
    private final LongCell lastDomain;
    private final LongCell mapFlags;
    private final LongCell probeSize;
    private final RefList<ViommuDomain> domains;

    /**
     * A unit as the CPU reaches it.
     *
     * @param parent its PCI function
     * @param eventIrq the interrupt of the event queue
     */
    record Wired(Device parent, Mmio registers, InterruptLine eventIrq) {}

    /** @param index its place among the machine's units of this kind */
    ViommuDev(Site site, Wired wired, int index, DriverOps ops) {
        super(site.kernel().machine());
        this.wired = wired;
        this.index = index;
        this.instance = new IommuDevice(wired.parent(), ops);
        this.transport = new VirtioTransport(wired.registers());
        this.events = new DriverRing(site, this, wired.registers(), ViommuLayout.EVENT_QUEUE, "event");
        this.requests = new ViommuRequests(site, this, wired.registers());
        this.device = new RefCell<>(this, Lane.DRIVER, Term.reference("dev"), Device.class);
        this.priv = new FlagCell(this, Lane.DRIVER, Term.flag("vdev->priv"));
        this.features = cell(Term.hex("features"));
        this.pageSizes = cell(Term.hex("pgsize_bitmap"));
        this.inputStart = cell(Term.hex("geometry.aperture_start"));
        this.inputEnd = cell(Term.hex("geometry.aperture_end"));
        this.firstDomain = cell(Term.count("first_domain"));
        this.lastDomain = cell(Term.count("last_domain"));
        this.mapFlags = cell(Term.hex("map_flags"));
        this.probeSize = cell(Term.count("probe_size"));
        this.domains = new RefList<>(this, ViommuDomain.class);
    }

    private LongCell cell(Term term) {
        return new LongCell(this, Lane.DRIVER, term);
    }

    @Override
    public String label() {
        return "viommu " + wired.parent().label();
    }

    Device parent() {
        return wired.parent();
    }

    Wired wired() {
        return wired;
    }

    int index() {
        return index;
    }

    IommuDevice instance() {
        return instance;
    }

    VirtioTransport transport() {
        return transport;
    }

    DriverRing events() {
        return events;
    }

    ViommuRequests requests() {
        return requests;
    }

    /** The device on the virtio bus, {@code virtio0}; NULL before virtio-pci has made it. */
    RefCell<Device> device() {
        return device;
    }

    /** Whether the probe is over, so that the devices behind the unit find it ({@code vdev->priv}). */
    FlagCell priv() {
        return priv;
    }

    LongCell features() {
        return features;
    }

    boolean has(int feature) {
        return (features.get() >>> feature & 1) != 0;
    }

    LongCell pageSizes() {
        return pageSizes;
    }

    LongCell inputStart() {
        return inputStart;
    }

    LongCell inputEnd() {
        return inputEnd;
    }

    LongCell firstDomain() {
        return firstDomain;
    }

    LongCell lastDomain() {
        return lastDomain;
    }

    /** Which of {@link ViommuLayout#MAP_READ} and the like a mapping may have. */
    LongCell mapFlags() {
        return mapFlags;
    }

    LongCell probeSize() {
        return probeSize;
    }

    /** Domains that have an id of this unit. */
    RefList<ViommuDomain> domains() {
        return domains;
    }

    /** ida_alloc_range: the smallest free id; empty when all are used (-ENOSPC). */
    OptionalInt freeDomainId() {
        List<Long> used = domains.toList().stream().map(d -> d.domainId().get()).toList();
        long last = Math.min(lastDomain.get(), Integer.MAX_VALUE);
        for (long id = firstDomain.get(); id <= last; id++) {
            if (!used.contains(id)) {
                return OptionalInt.of((int) id);
            }
        }
        return OptionalInt.empty();
    }
}
