package org.iommulab.board;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.backend.Backend;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.bus.pci.PciHost;
import org.iommulab.consumer.Master;
import org.iommulab.consumer.exynosdrm.ExynosDrm;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.dma.DmaApi;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptDoorbell;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.Topology;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.user.vfio.Vfio;
import org.jspecify.annotations.Nullable;

/** A whole machine: a board with a kernel on it, switched off. What the parts do is in their own packages. */
public final class World extends SimObject {
    private final Board board;
    private final Site site;
    private final Vfio vfio;
    private final Topology topology;
    private final Map<String, Device> devices;
    private final Map<String, Driver> drivers;
    private final Map<String, Master> masters;
    private final Map<Device, IommuUnit> units;
    private final List<Backend.Installed> backends;
    private final Optional<ExynosDrm> drm;
    private final PciHost pci;
    private final Optional<InterruptDoorbell> doorbell;
    private final RefList<ArmMapping> heldByStory;
    private final RefList<DmaMaster> pluggedIn;

    World(
            Board board,
            Site site,
            Vfio vfio,
            Topology topology,
            Map<String, Device> devices,
            Map<String, Driver> drivers,
            Map<String, Master> masters,
            Map<Device, IommuUnit> units,
            List<Backend.Installed> backends,
            Optional<ExynosDrm> drm,
            PciHost pci,
            Optional<InterruptDoorbell> doorbell) {
        super(site.kernel().machine());
        this.board = board;
        this.site = site;
        this.vfio = vfio;
        this.topology = topology;
        this.devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
        this.drivers = Collections.unmodifiableMap(new LinkedHashMap<>(drivers));
        this.masters = Collections.unmodifiableMap(new LinkedHashMap<>(masters));
        this.units = Collections.unmodifiableMap(new LinkedHashMap<>(units));
        this.backends = List.copyOf(backends);
        this.drm = drm;
        this.pci = pci;
        this.doorbell = doorbell;
        this.heldByStory = new RefList<>(this, ArmMapping.class);
        this.pluggedIn = new RefList<>(this, DmaMaster.class);
    }

    @Override
    public String label() {
        return board.title();
    }

    public Board board() {
        return board;
    }

    public Kernel kernel() {
        return site.kernel();
    }

    public IommuCore core() {
        return site.core();
    }

    public DriverCore bus() {
        return site.bus();
    }

    public DmaApi dma() {
        return site.dma();
    }

    /** The glue of 32-bit ARM; empty on other architectures and without CONFIG_ARM_DMA_USE_IOMMU. */
    public Optional<ArmDmaGlue> arm() {
        return site.arm();
    }

    /** Where interrupts arrive that are written to memory; empty where the lab has none. */
    public Optional<InterruptDoorbell> doorbell() {
        return doorbell;
    }

    /** What a program reaches below /dev/vfio. */
    public Vfio vfio() {
        return vfio;
    }

    /** The board's wiring, and the ports of functions that a scan has found since. */
    public Topology topology() {
        return pluggedIn.isEmpty() ? topology : topology.with(pluggedIn.toList());
    }

    /** A device that is not on the board appears with this port, which bears its name. */
    public void plugIn(DmaMaster port) {
        pluggedIn.add(port);
    }

    public Site site() {
        return site;
    }

    /**
     * Every device of the board by name, units' platform devices too, whether it is on the bus yet or not; without the
     * functions that a scan finds.
     */
    public Map<String, Device> devices() {
        return devices;
    }

    /** The device of this name: the board's, or the function that is on the bus now; empty while nobody has found it. */
    public Optional<Device> device(String name) {
        return Optional.ofNullable(devices.get(name)).or(() -> pci.find(name));
    }

    /** PCI's side of the user: remove, rescan, virtual functions. */
    public PciHost pci() {
        return pci;
    }

    public Map<String, Driver> drivers() {
        return drivers;
    }

    /** Devices that do DMA, as hardware, by device name. */
    public Map<String, Master> masters() {
        return masters;
    }

    /** IOMMU units by their platform devices, in the board's order. */
    public Map<Device, IommuUnit> units() {
        return units;
    }

    /** A unit's registers, as the CPU reaches them; empty for a unit that has none. */
    public Optional<Mmio> registersOf(Device unit) {
        return Optional.ofNullable(units.get(unit))
                .filter(Mmio.class::isInstance)
                .map(Mmio.class::cast);
    }

    /** The first device of the board that an IOMMU driver was found for. */
    public Optional<Device> anyDeviceWithIommu() {
        return Stream.concat(devices.values().stream(), bus().devices().toList().stream())
                .filter(device -> instanceOf(device).isPresent())
                .findFirst();
    }

    /** The IOMMU instance of that device. */
    public Optional<IommuDevice> anyInstanceInUse() {
        return anyDeviceWithIommu().flatMap(World::instanceOf);
    }

    private static Optional<IommuDevice> instanceOf(Device device) {
        return DevIommu.find(device).flatMap(data -> data.instance().get());
    }

    public List<Backend.Installed> backends() {
        return backends;
    }

    public Optional<ExynosDrm> drm() {
        return drm;
    }

    /** Mappings to which the story itself holds a reference. */
    public RefList<ArmMapping> heldByStory() {
        return heldByStory;
    }

    /** Which domain the IOMMU's driver has noted for a master. */
    public Optional<IommuDomain> notedDomain(Device device) {
        Optional<DriverOps> own = instanceOf(device).map(IommuDevice::ops);
        return backends.stream()
                .filter(room -> own.isEmpty() || own.get().equals(room.ops())) // others' data are nothing to it
                .flatMap(room -> room.notedDomain(device).stream())
                .findFirst();
    }

    /** What to call a domain: the name of the ARM mapping around it, or its own. */
    public String nameOf(IommuDomain domain) {
        return mappingOf(domain).map(ArmMapping::label).orElseGet(domain::label);
    }

    /** The ARM mapping around a domain, if it has one. */
    public Optional<ArmMapping> mappingOf(IommuDomain domain) {
        return arm().flatMap(glue -> glue.mappings().stream()
                .filter(mapping -> mapping.domain().is(domain))
                .findFirst());
    }

    /**
     * Whose table a unit walks now for a port: the domain, freed or not, whose top table is where the hardware points.
     * Where several domains have that one table, it is the port's own among them.
     */
    public Optional<IommuDomain> pointedAtBy(IommuUnit unit, DmaMaster port) {
        return machine().remembered(port, () -> findPointedAtBy(unit, port));
    }

    private Optional<IommuDomain> findPointedAtBy(IommuUnit unit, DmaMaster port) {
        if (!unit.powered() || !unit.translating(port)) {
            return Optional.empty();
        }
        long base = unit.tableBase(port);
        Device device = deviceOf(port);
        Optional<IommuDomain> own = device == null
                ? Optional.empty()
                : Group.of(device).flatMap(group -> group.domain().get());
        return own.isPresent() && own.get().isAt(base) ? own : tableAt(base);
    }

    private @Nullable Device deviceOf(DmaMaster port) {
        Device known = devices.get(port.label());
        if (known != null) {
            return known;
        }
        for (Device device : bus().devices().toList()) {
            if (device.label().equals(port.label())) {
                return device;
            }
        }
        return null;
    }

    /** The domain whose top table is at this physical address; the latest, where a freed one's memory was used again. */
    public Optional<IommuDomain> tableAt(long base) {
        List<IommuDomain> all = core().domains().all();
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).isAt(base)) {
                return Optional.of(all.get(i));
            }
        }
        return Optional.empty();
    }

    /** Whose tables a unit walks now, for any of its ports: each domain once, in the order of the ports. */
    public List<IommuDomain> pointedAtBy(IommuUnit unit) {
        var walked = new ArrayList<IommuDomain>();
        for (Topology.Port port : topology().behind(unit)) {
            Optional<IommuDomain> domain = pointedAtBy(unit, port.master());
            if (domain.isPresent() && !walked.contains(domain.get())) {
                walked.add(domain.get());
            }
        }
        return walked;
    }

    /** The ARM mappings to which an IOMMU driver itself holds a reference. */
    public List<ArmMapping> heldByDrivers() {
        return backends.stream().flatMap(b -> b.heldMappings().stream()).toList();
    }

    /** The unit's devices that an IOMMU driver has on a domain's list. */
    public List<Device> clientsOf(IommuDomain domain) {
        return backends.stream().flatMap(b -> b.clientsOf(domain).stream()).toList();
    }
}
