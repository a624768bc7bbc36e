package org.iommulab.capture.machine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.AcsVerdict;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.capture.CapturedTopology;

/** Answers questions about a captured machine. Nothing of it changes; any thread may ask. */
public final class AskedMachine {
    private final MachineFile file;
    private final StillPci pci;
    private final IsolationGraph graph;
    private final List<Ungrouped> ungrouped;

    private AskedMachine(MachineFile file) {
        this.file = file;
        this.pci = new StillPci(file, AcsOverride.NONE);
        this.graph = new IsolationGraph(pci);
        this.ungrouped = new GroupsTold(file, pci).ungrouped();
    }

    public static AskedMachine of(MachineFile file) {
        return new AskedMachine(file);
    }

    public MachineFile file() {
        return file;
    }

    /** Names of all devices, in the file's order. */
    public List<String> devices() {
        return file.topology().devices().stream()
                .map(CapturedTopology.Device::name)
                .toList();
    }

    /** Its IOMMUs, in the file's order. */
    public List<UnitAnswer> units() {
        return file.topology().units().stream().map(UnitAnswer::of).toList();
    }

    // ---- groups

    /** All groups by number: who blocks which. */
    public List<Viability> groups() {
        return groups(file.topology().groups());
    }

    /** The same of other groups of these devices, as a what-if has them. */
    public List<Viability> groups(List<CapturedTopology.Group> groups) {
        return groups.stream()
                .sorted(Comparator.comparingInt(CapturedTopology.Group::id))
                .map(this::viability)
                .toList();
    }

    /** Whether a group is viable; empty when there is none of this number. */
    public Optional<Viability> group(int number) {
        return file.topology().groups().stream()
                .filter(group -> group.id() == number)
                .findFirst()
                .map(this::viability);
    }

    private Viability viability(CapturedTopology.Group group) {
        boolean intel =
                file.topology().units().stream().anyMatch(unit -> unit.name().startsWith("dmar"));
        return Viability.of(
                group, group.devices().stream().map(this::member).toList(), intel, MachineFile.number(file.release()));
    }

    private Viability.Member member(String name) {
        Optional<CapturedTopology.Device> device = file.topology().device(name);
        String driver = device.map(CapturedTopology.Device::driver).orElse("");
        boolean bridge = function(name).filter(PciFunction::isBridge).isPresent();
        return new Viability.Member(
                name,
                device.map(CapturedTopology.Device::kind).orElse(""),
                driver,
                bridge,
                Standing.of(driver, bridge, MachineFile.number(file.release())));
    }

    private Optional<PciFunction> function(String name) {
        return pci.find(name).flatMap(Device::pci);
    }

    /** Devices that are in no group, in the file's order. */
    public List<Ungrouped> ungrouped() {
        return ungrouped;
    }

    /** Why a device is in no group; empty when it is in one, or there is no such device. */
    public Optional<Ungrouped> ungrouped(String name) {
        return ungrouped().stream()
                .filter(device -> device.device().equals(name))
                .findFirst();
    }

    // ---- devices

    /** What there is to know of a device; empty when there is none of this name. */
    public Optional<DeviceAnswer> device(String name) {
        return file.topology().device(name).map(this::answer);
    }

    private DeviceAnswer answer(CapturedTopology.Device device) {
        Optional<CapturedTopology.Group> group = file.topology().groupOf(device.name());
        Optional<Device> found = pci.find(device.name());
        Optional<PciFunction> known = found.flatMap(Device::pci).filter(_ -> !isCut(device.name()));
        return new DeviceAnswer(
                device.name(),
                device.kind(),
                function(device.name())
                        .map(f -> "%04x:%04x"
                                .formatted(f.found().vendor(), f.found().device()))
                        .orElse(""),
                known.map(AskedMachine::type).orElse(""),
                device.driver() == null ? "" : device.driver(),
                group.map(CapturedTopology.Group::id),
                device.unit() == null ? "" : device.unit(),
                group.map(CapturedTopology.Group::type).orElse(""),
                group.map(CapturedTopology.Group::regions).orElse(List.of()),
                found.stream()
                        .flatMap(f -> pci.pci().dmaAliases(f).stream())
                        .map(alias ->
                                PciAddress.of(0, alias.requesterId()).toString().substring("0000:".length()))
                        .toList(),
                known.isPresent() ? acs(found.orElseThrow()) : "");
    }

    private String acs(Device device) {
        AcsVerdict verdict = pci.pci().acs(device);
        return verdict.enabled() ? "isolated: " + verdict.words() : "not isolated: " + verdict.words();
    }

    private boolean isCut(String name) {
        return file.cut().contains(name);
    }

    /** Why a device is with each of the others in its group. */
    public List<Why> whyWithOthers(String name) {
        return file.topology().groupOf(name).stream()
                .flatMap(group -> group.devices().stream())
                .filter(other -> !other.equals(name))
                .map(other -> why(name, other))
                .toList();
    }

    /** Why two devices are in one group, or are not. Of a device that is not there nothing can be told. */
    public synchronized Why why(String a, String b) {
        Optional<CapturedTopology.Group> first = file.topology().groupOf(a);
        Optional<CapturedTopology.Group> second = file.topology().groupOf(b);
        List<Tie> ties =
                graph.path(a, b).orElse(List.of()).stream().map(Tie::of).toList();
        if (first.isEmpty() || second.isEmpty()) {
            String reasons = Stream.of(a, b)
                    .distinct()
                    .flatMap(name -> ungrouped(name).stream())
                    .map(Ungrouped::sentence)
                    .reduce((x, y) -> x + " " + y)
                    .orElse("One of them is not there.");
            return new Why(a, b, Why.Relation.NO_GROUP, List.of(), reasons);
        }
        if (first.get().id() != second.get().id()) {
            return new Why(a, b, Why.Relation.APART, List.of(), apart(a, first.get(), b, second.get(), ties));
        }
        String both = a + " and " + b + " are both in group " + first.get().id();
        if (isCut(a) || isCut(b)) {
            return new Why(
                    a,
                    b,
                    Why.Relation.NOT_TOLD,
                    List.of(),
                    both
                            + ". Why cannot be told: only the header of their configuration space was readable; a"
                            + " capture by root has the rest.");
        }
        if (ties.isEmpty()) {
            return new Why(
                    a,
                    b,
                    Why.Relation.NOT_TOLD,
                    List.of(),
                    both + ", but nothing in the file ties them: "
                            + (function(a).isPresent() && function(b).isPresent()
                                    ? "perhaps ACS was another when they joined."
                                    : "of devices that are no PCI functions sysfs tells only that they are together."));
        }
        return new Why(
                a,
                b,
                Why.Relation.TOGETHER,
                ties,
                both + ": " + (ties.size() == 1 ? "one tie keeps them together." : ties.size() + " ties chain them."));
    }

    private String apart(
            String a, CapturedTopology.Group first, String b, CapturedTopology.Group second, List<Tie> ties) {
        String where = a + " is in group " + first.id() + ", " + b + " in group " + second.id();
        if (ties.isEmpty()) {
            return where
                    + ": no shared requester id ties them, and no request of one reaches the other without the IOMMU.";
        }
        String because = AcsOverride.ofCommandLine(file.commandLine()).isNone()
                ? ", although something ties them now: "
                : " because the command line has " + AcsOverride.OPTION + ", but the hardware ties them still: ";
        return where + because + ties.getFirst().sentence();
    }

    /**
     * Whether the machine's kernel has the patch that overrides ACS, and its command line made use of it: there are ties
     * between groups. A kernel without the patch does not know the option.
     */
    public synchronized boolean isOverridden() {
        return !AcsOverride.ofCommandLine(file.commandLine()).isNone()
                && graph.components().stream()
                        .anyMatch(component -> component.stream()
                                        .flatMap(name -> file.topology().groupOf(name).stream())
                                        .map(CapturedTopology.Group::id)
                                        .distinct()
                                        .count()
                                > 1);
    }

    // ---- what if

    /** What overriding ACS would split, and what it would leave open. */
    public synchronized WhatIf whatIf(AcsOverride override) {
        return new Overriding(file, pci, graph).whatIf(override);
    }

    private static String type(PciFunction function) {
        String virtual = function.physicalFunction()
                .get()
                .map(physical -> ", virtual function of " + physical.label())
                .orElse("");
        return function.type().words() + virtual;
    }
}
