package org.iommulab.bus.pci;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct pci_bus}: the kernel's idea of a bus, whose number never changes. */
public final class PciBus extends SimObject {
    private final PciSettings settings;
    private final int domain;
    private final int number;
    private final RefCell<PciBus> parent;
    private final RefCell<Device> self;
    private final RefCell<Device> realDmaDevice;
    private final RefList<Device> devices;
    private final LongCell last;

    /**
     * A root bus, until {@link #put} says otherwise.
     *
     * @param domain the segment of its host bridge
     */
    public PciBus(PciSettings settings, int domain, int number) {
        super(settings.machine());
        this.settings = settings;
        this.domain = domain;
        this.number = number;
        parent = new RefCell<>(this, Lane.CORE, Term.reference("bus.parent"), PciBus.class);
        self = new RefCell<>(this, Lane.CORE, Term.reference("bus.self"), Device.class);
        realDmaDevice = new RefCell<>(this, Lane.CORE, Term.reference("real DMA device"), Device.class);
        devices = new RefList<>(this, Device.class);
        last = new LongCell(this, Lane.CORE, Term.hex("bus.busn_res.end"));
        last.setQuietly(0xff);
    }

    /** Puts it below a bus: behind this bridge, or, for a bus that only virtual functions are on, behind none. */
    public void put(PciBus above, Optional<Device> bridge) {
        parent.setQuietly(Optional.of(above));
        self.setQuietly(bridge);
    }

    @Override
    public String label() {
        return "%04x:%02x".formatted(domain, number);
    }

    public PciSettings settings() {
        return settings;
    }

    public int domain() {
        return domain;
    }

    public int number() {
        return number;
    }

    public boolean isRoot() {
        return parent.isNull();
    }

    /** The bus above; empty for a root bus. */
    public Optional<PciBus> parent() {
        return parent.get();
    }

    /** The bridge that leads to it; empty for a root bus and for one that only virtual functions are on. */
    public Optional<Device> self() {
        return self.get();
    }

    /** The devices on it in the order of their discovery. */
    public RefList<Device> devices() {
        return devices;
    }

    /** pci_get_slot: the device object of this number, whether its function still answers or not. */
    public Optional<Device> at(int devfn) {
        return devices.toList().stream()
                .filter(device -> device.pci().orElseThrow().devfn() == devfn)
                .findFirst();
    }

    /** {@code busn_res.end}: the highest number that a bus below it has. */
    public LongCell last() {
        return last;
    }

    /**
     * pci_real_dma_dev, on the root bus: the device whose requester id all requests from below carry, as behind Intel's
     * Volume Management Device; NULL for any other host bridge.
     */
    public RefCell<Device> realDmaDevice() {
        return realDmaDevice;
    }

    PciBus root() {
        PciBus bus = this;
        for (Optional<PciBus> above = bus.parent(); above.isPresent(); above = bus.parent()) {
            bus = above.get();
        }
        return bus;
    }
}
