package org.iommulab.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.graph.Known;
import org.iommulab.graph.Moment;

/**
 * A real machine as a moment. sysfs tells the type of each group's default domain but not which domain is attached, and
 * nothing of what the hardware points at; so the groups'
 * own default domains are shown as one for each type, and there is no hardware line.
 */
public final class CapturedMoment {
    private final CapturedTopology topology;
    private final Map<String, Integer> unitIds = new HashMap<>();
    private final Map<String, Integer> domainIds = new LinkedHashMap<>();
    private final Map<String, Integer> groupsOfType = new HashMap<>();
    private final Map<String, Integer> deviceIds = new HashMap<>();
    private int lastId;

    private CapturedMoment(CapturedTopology topology) {
        this.topology = topology;
    }

    public static Moment of(CapturedTopology topology) {
        return new CapturedMoment(topology).moment();
    }

    private Moment moment() {
        for (CapturedTopology.Unit unit : topology.units()) {
            unitIds.put(unit.name(), ++lastId);
        }
        // before the groups: a device keeps its id, and so its place, when it is in another group
        topology.devices().forEach(device -> deviceIds.put(device.name(), ++lastId));
        for (CapturedTopology.Group group : topology.groups()) {
            String type = group.type();
            if (type != null && kind(type).isPresent()) {
                domainIds.computeIfAbsent(type, _ -> ++lastId);
                groupsOfType.merge(type, 1, Integer::sum);
            }
        }
        List<Moment.GroupView> groups = topology.groups().stream()
                .sorted(Comparator.comparingInt(CapturedTopology.Group::id))
                .map(this::group)
                .toList();
        List<Moment.DeviceView> loose = topology.devices().stream()
                .filter(d -> topology.groupOf(d.name()).isEmpty())
                .map(d -> device(d, Moment.DmaOpsKind.DIRECT))
                .toList();
        return new Moment(0, 0, groups, loose, units(), domains(), List.of(), List.of(), Optional.empty());
    }

    /** The kernel's words of {@code /sys/kernel/iommu_groups/N/type}. */
    private static Optional<Moment.DomainKind> kind(@org.jspecify.annotations.Nullable String type) {
        if (type == null) {
            return Optional.empty();
        }
        return switch (type) {
            case "DMA" -> Optional.of(Moment.DomainKind.DMA);
            case "DMA-FQ" -> Optional.of(Moment.DomainKind.DMA_FQ);
            case "identity" -> Optional.of(Moment.DomainKind.IDENTITY);
            case "blocked" -> Optional.of(Moment.DomainKind.BLOCKED);
            case "unmanaged" -> Optional.of(Moment.DomainKind.UNMANAGED);
            default -> Optional.empty();
        };
    }

    private Moment.GroupView group(CapturedTopology.Group group) {
        int id = ++lastId;
        Optional<Moment.DomainKind> kind = kind(group.type());
        Moment.DmaOpsKind ops = kind.map(CapturedMoment::ops).orElse(Moment.DmaOpsKind.NOT_TOLD);
        var devices = new ArrayList<Moment.DeviceView>();
        for (String name : group.devices()) {
            devices.add(device(
                    topology.device(name).orElseGet(() -> CapturedTopology.Device.named(name, group.id())), ops));
        }
        String type = group.type() == null ? "" : group.type();
        OptionalInt domain = kind.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Known.in(domainIds, type));
        return new Moment.GroupView(id, group.id(), type, 0, domain, domain, devices);
    }

    private static Moment.DmaOpsKind ops(Moment.DomainKind kind) {
        return kind == Moment.DomainKind.DMA || kind == Moment.DomainKind.DMA_FQ
                ? Moment.DmaOpsKind.IOMMU_DMA
                : Moment.DmaOpsKind.DIRECT;
    }

    private Moment.DeviceView device(CapturedTopology.Device device, Moment.DmaOpsKind ops) {
        String driver = device.driver() == null ? "" : device.driver();
        Integer unit = device.unit() == null ? null : unitIds.get(device.unit());
        return new Moment.DeviceView(
                deviceIds.computeIfAbsent(device.name(), _ -> ++lastId),
                device.name(),
                title(device, driver),
                driver,
                true,
                ops,
                unit == null ? List.of() : List.of(unit),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    /** What a device is and who drives it. */
    static String title(CapturedTopology.Device device, String driver) {
        String kind = device.kind();
        return kind.isEmpty() || driver.isEmpty() ? kind + driver : kind + " · " + driver;
    }

    private List<Moment.UnitView> units() {
        var units = new ArrayList<Moment.UnitView>();
        for (CapturedTopology.Unit unit : topology.units()) {
            units.add(unit(Known.in(unitIds, unit.name()), unit));
        }
        return units;
    }

    /** A unit of which only the name and its kind are known. */
    static Moment.UnitView unit(int id, CapturedTopology.Unit unit) {
        return new Moment.UnitView(
                id, unit.name(), model(unit), true, true, false, 0, List.of(), List.of(), List.of(), 0, List.of(), "");
    }

    /**
     * The vendor is in the names of the attributes' folder; Arm's drivers have none, but names of their own
     * (arm_smmu_device_probe: {@code smmu3.%pa} in drivers/iommu/arm/arm-smmu-v3, {@code smmu.%pa} in arm-smmu).
     */
    private static String model(CapturedTopology.Unit unit) {
        return unit.attributes().keySet().stream()
                .filter(key -> key.contains("/"))
                .map(key -> key.substring(0, key.indexOf('/')).toLowerCase(Locale.ROOT))
                .findFirst()
                .orElseGet(() -> unit.name().startsWith("smmu3.")
                        ? "SMMUv3"
                        : unit.name().startsWith("smmu.") ? "SMMU" : "");
    }

    private List<Moment.DomainView> domains() {
        var domains = new ArrayList<Moment.DomainView>();
        domainIds.forEach((type, id) -> {
            int count = Known.in(groupsOfType, type);
            domains.add(new Moment.DomainView(
                    id,
                    count == 1 ? "1 domain" : count + " domains",
                    kind(type).orElseThrow(),
                    0,
                    Moment.DomainView.NOT_TOLD,
                    0,
                    false,
                    0,
                    List.of()));
        });
        return domains;
    }
}
