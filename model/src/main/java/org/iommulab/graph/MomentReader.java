package org.iommulab.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.consumer.Master;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.dma.IommuDma;
import org.iommulab.graph.Moment.DeviceView;
import org.iommulab.graph.Moment.Disagreement;
import org.iommulab.graph.Moment.DmaOpsKind;
import org.iommulab.graph.Moment.DomainKind;
import org.iommulab.graph.Moment.DomainView;
import org.iommulab.graph.Moment.GroupView;
import org.iommulab.graph.Moment.RuleView;
import org.iommulab.graph.Moment.Screen;
import org.iommulab.graph.Moment.UnitView;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.rules.NoStaleTlb;
import org.iommulab.rules.Partings;
import org.iommulab.sim.SimObject;

/** Reads the machine, as it is where the cursor stands, into a {@link Moment}. */
public final class MomentReader {
    private final World world;

    public MomentReader(World world) {
        this.world = world;
    }

    /**
     * @param rules the rules' state at this step
     * @param parted whether belief and hardware are known to part here, with nothing half done
     */
    public Moment read(int step, double seconds, List<RuleView> rules, boolean parted, Optional<WalkTrace> walk) {
        // while a device joins, the group is there before its list names the device
        List<Group> groups = world.core().probing().groupList().stream()
                .filter(group -> !group.devices().isEmpty())
                .toList();
        var loose = new ArrayList<DeviceView>();
        for (Device device : world.bus().devices().toList()) {
            if (groups.stream().noneMatch(group -> group.devices().contains(device))
                    && !world.topology().portsOf(device.label()).isEmpty()) {
                loose.add(device(device));
            }
        }
        return new Moment(
                step,
                seconds,
                groups.stream().map(this::group).toList(),
                loose,
                world.units().entrySet().stream()
                        // Of a captured machine an IOMMU need not be among the devices.
                        .filter(e -> e.getKey().present().get()
                                || e.getValue().powered() && e.getValue().translating())
                        .map(e -> unit(e.getValue()))
                        .toList(),
                domains(),
                HeldReader.read(world),
                parted ? disagreements() : List.of(),
                rules,
                walk);
    }

    private GroupView group(Group group) {
        return new GroupView(
                group.id(),
                group.number(),
                owner(group),
                (int) group.ownerCount().get(),
                idOf(group.domain().get()),
                idOf(group.defaultDomain().get()),
                group.devices().toList().stream().map(this::device).toList());
    }

    private String owner(Group group) {
        if (!group.owner().isNull()) {
            return group.owner().require().label();
        }
        List<Device> devices = group.devices().toList();
        if (world.drm().filter(drm -> devices.stream().anyMatch(drm::owns)).isPresent()) {
            return "exynos-drm";
        }
        if (devices.stream().anyMatch(device -> ArmDmaGlue.mappingOf(device).isPresent())) {
            return "arm dma glue";
        }
        if (devices.stream().anyMatch(device -> device.dmaIommu().get())) {
            return IommuDma.NAME;
        }
        return devices.stream()
                .flatMap(device -> device.dmaOps().get().stream())
                .map(ops -> ops instanceof IommuDma ? IommuDma.NAME : ops.label())
                .findFirst()
                .orElse("");
    }

    private DeviceView device(Device device) {
        return new DeviceView(
                device.id(),
                device.label(),
                device.title(),
                device.driverName().orElse(""),
                isActive(device),
                dmaOps(device),
                world.topology().unitsOf(device.label()).stream()
                        .map(SimObject::id)
                        .toList(),
                idOf(ArmDmaGlue.mappingOf(device)
                        .map(m -> (SimObject) m.domain().require())),
                idOf(world.notedDomain(device)),
                screen(device));
    }

    /** A PCI function starts active (drivers/pci/pci.c: pci_pm_init), a device of a SoC asleep. */
    private static boolean isActive(Device device) {
        return device.pci().isPresent()
                ? device.power().isActive()
                : device.power().isPowered();
    }

    private static DmaOpsKind dmaOps(Device device) {
        if (device.dmaIommu().get()) {
            return DmaOpsKind.IOMMU_DMA;
        }
        return device.dmaOps()
                .get()
                .map(ops -> ops instanceof IommuDma ? DmaOpsKind.IOMMU_DMA : DmaOpsKind.ARM_IOMMU)
                .orElse(DmaOpsKind.DIRECT);
    }

    private Optional<Screen> screen(Device device) {
        Master master = world.masters().get(device.label());
        if (master == null || !master.hasShown()) {
            return Optional.empty();
        }
        var cells = new ArrayList<Integer>();
        for (int i = 0; i < Master.COLUMNS * Master.ROWS; i++) {
            cells.add((int) master.cell(i));
        }
        return Optional.of(new Screen(Master.COLUMNS, Master.ROWS, cells, master.wrong()));
    }

    private UnitView unit(IommuUnit unit) {
        List<Integer> stale =
                NoStaleTlb.staleEntries(world, unit).stream().map(TlbView::slot).toList();
        return new UnitView(
                unit.id(),
                unit.label(),
                unit.model(),
                unit.powered(),
                unit.powered() && unit.translating(),
                unit.blocked(),
                unit.tableBase(),
                world.pointedAtBy(unit).stream().map(SimObject::id).toList(),
                unit.registers(),
                unit.tlb(),
                unit.tlbSlots(),
                stale,
                unit.fault());
    }

    // Every live domain that somebody needs, and every freed one that something still points at.
    private List<DomainView> domains() {
        var views = new ArrayList<DomainView>();
        for (IommuDomain domain : world.core().domains().all()) {
            if (!domain.freed().get() || isPointedAt(domain)) {
                views.add(domain(domain));
            }
        }
        return views;
    }

    private boolean isPointedAt(IommuDomain domain) {
        return world.units().values().stream()
                        .anyMatch(unit -> world.pointedAtBy(unit).contains(domain))
                || world.core().probing().groupList().stream()
                        .anyMatch(group -> group.domain().is(domain))
                || world.devices().values().stream()
                        .anyMatch(device ->
                                world.notedDomain(device).filter(domain::equals).isPresent());
    }

    private DomainView domain(IommuDomain domain) {
        Optional<ArmMapping> mapping = world.mappingOf(domain);
        return new DomainView(
                domain.id(),
                world.nameOf(domain),
                kind(domain.type()),
                domain.tableBase(),
                domain.mappedPages(),
                domain.tableCount(),
                domain.freed().get(),
                (int) mapping.map(m -> m.references().get()).orElse(0L).longValue(),
                world.clientsOf(domain).stream()
                        .map(client -> world.units().get(client))
                        .filter(unit -> unit != null)
                        .map(SimObject::id)
                        .toList());
    }

    private static DomainKind kind(DomainType type) {
        return switch (type) {
            case BLOCKED -> DomainKind.BLOCKED;
            case IDENTITY -> DomainKind.IDENTITY;
            case UNMANAGED -> DomainKind.UNMANAGED;
            case DMA -> DomainKind.DMA;
            case DMA_FQ -> DomainKind.DMA_FQ;
            case PLATFORM -> DomainKind.PLATFORM;
            case SVA -> DomainKind.SVA;
            case NESTED -> DomainKind.NESTED;
        };
    }

    private List<Disagreement> disagreements() {
        var found = new ArrayList<Disagreement>();
        for (Partings.Parting parting : Partings.ofGroups(world)) {
            found.add(disagreement(parting));
        }
        if (found.isEmpty()) {
            for (Partings.Parting parting : Partings.ofReleased(world)) {
                found.add(disagreement(parting));
            }
        }
        return found;
    }

    private static Disagreement disagreement(Partings.Parting parting) {
        return new Disagreement(parting.group().id(), parting.unit().id(), idOf(parting.walked()), parting.sentence());
    }

    private static OptionalInt idOf(Optional<? extends SimObject> object) {
        return object.isPresent() ? OptionalInt.of(object.get().id()) : OptionalInt.empty();
    }
}
