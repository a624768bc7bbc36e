package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.AcsVerdict;
import org.iommulab.capture.CapturedTopology;

/** Asks the machine with its ACS overridden: the same functions, the same scan, the same ties, less those not believed. */
final class Overriding {
    private final MachineFile file;
    private final StillPci pci;
    private final IsolationGraph graph;

    /**
     * @param pci the machine as it is
     * @param graph its ties
     */
    Overriding(MachineFile file, StillPci pci, IsolationGraph graph) {
        this.file = file;
        this.pci = pci;
        this.graph = graph;
    }

    WhatIf whatIf(AcsOverride override) {
        var believed = new StillPci(file, override);
        var without = new IsolationGraph(believed);
        Map<String, Set<String>> asItIs = byMember(graph);
        Map<String, Set<String>> parted = byMember(without);
        var groups = new ArrayList<CapturedTopology.Group>();
        var splits = new ArrayList<WhatIf.Split>();
        var open = new ArrayList<OpenPath>();
        var remarks = new LinkedHashSet<String>();
        Set<Integer> numbers = new TreeSet<>();
        file.topology().groups().forEach(group -> numbers.add(group.id()));
        for (CapturedTopology.Group group : inOrder()) {
            List<List<String>> parts = parts(group.devices(), asItIs, parted);
            List<CapturedTopology.Group> own = numbered(group, parts, numbers);
            groups.addAll(own);
            if (own.size() > 1) {
                splits.add(new WhatIf.Split(group.id(), own));
                open.addAll(open(parts, without));
            } else if (group.devices().size() > 1) {
                remarks.addAll(staysBecause(group, without));
            }
        }
        List<String> covered = believed.functions().stream()
                .filter(device -> believed.pci().acs(device).why() == AcsVerdict.Why.OVERRIDE)
                .map(Device::label)
                .toList();
        return new WhatIf(
                override,
                groups,
                splits,
                open,
                covered,
                List.copyOf(remarks),
                sentence(override, splits, covered) + unknown());
    }

    private List<CapturedTopology.Group> inOrder() {
        return file.topology().groups().stream()
                .sorted(Comparator.comparingInt(CapturedTopology.Group::id))
                .toList();
    }

    /** Members stay together that are tied still, and those of which the file does not tell why they are together. */
    private static List<List<String>> parts(
            List<String> members, Map<String, Set<String>> asItIs, Map<String, Set<String>> parted) {
        Map<String, List<String>> parts = new TreeMap<>(Comparator.comparingInt(members::indexOf));
        String first = members.isEmpty() ? "" : members.getFirst();
        Set<String> firstOf = of(first, asItIs);
        for (String member : members) {
            Set<String> own = of(member, parted);
            boolean untold = !firstOf.contains(member) && of(member, asItIs).equals(own);
            String head = untold
                    ? first
                    : members.stream().filter(own::contains).findFirst().orElse(member);
            parts.computeIfAbsent(head, _ -> new ArrayList<>()).add(member);
        }
        return List.copyOf(parts.values());
    }

    /** What is no function cannot be kept apart from itself alone. */
    private static Set<String> of(String name, Map<String, Set<String>> components) {
        return components.getOrDefault(name, Set.of(name));
    }

    private static Map<String, Set<String>> byMember(IsolationGraph graph) {
        var byMember = new HashMap<String, Set<String>>();
        graph.components().forEach(component -> component.forEach(name -> byMember.put(name, component)));
        return byMember;
    }

    private static List<CapturedTopology.Group> numbered(
            CapturedTopology.Group group, List<List<String>> parts, Set<Integer> numbers) {
        var made = new ArrayList<CapturedTopology.Group>();
        for (List<String> part : parts) {
            int number = made.isEmpty() ? group.id() : free(numbers);
            made.add(new CapturedTopology.Group(number, group.type(), group.name(), part, group.regions()));
        }
        return made.isEmpty() ? List.of(group) : made;
    }

    // as the kernel's allocator: the smallest number that is free
    private static int free(Set<Integer> numbers) {
        int number = 0;
        while (!numbers.add(number)) {
            number++;
        }
        return number;
    }

    // ---- what stays open

    /** From each part to the one before it; ports that would stand alone are nobody's to hand out. */
    private List<OpenPath> open(List<List<String>> all, IsolationGraph without) {
        var open = new ArrayList<OpenPath>();
        List<List<String>> wanted = all.stream()
                .filter(part -> part.stream().anyMatch(name -> !isBridge(name)))
                .toList();
        List<List<String>> parts = wanted.size() > 1 ? wanted : all;
        for (int i = 1; i < parts.size(); i++) {
            String from = endpointOf(parts.get(i - 1));
            String to = endpointOf(parts.get(i));
            graph.path(from, to).ifPresent(path -> open.add(open(from, to, path, without)));
        }
        return open;
    }

    private static OpenPath open(String from, String to, List<IsolationGraph.Step> path, IsolationGraph without) {
        List<Tie> ties = path.stream().map(Tie::of).toList();
        Tie hidden = path.stream()
                .filter(step -> !without.isTied(step.from(), step.to()))
                .map(Tie::of)
                .findFirst()
                .orElse(ties.getFirst());
        String how = hidden.kind() == Tie.Kind.MULTIFUNCTION
                ? "inside the device"
                : hidden.where().map(where -> "at " + where).orElse("below the root");
        return new OpenPath(
                from,
                to,
                ties,
                from + " and " + to + " would be in two groups, but could still reach each other " + how
                        + ", unseen by the IOMMU: " + hidden.fact() + ".");
    }

    /** A member that a user would want: no bridge, if there is another. */
    private String endpointOf(List<String> part) {
        return part.stream().filter(name -> !isBridge(name)).findFirst().orElse(part.getFirst());
    }

    private boolean isBridge(String name) {
        return pci.find(name).flatMap(Device::pci).filter(f -> f.isBridge()).isPresent();
    }

    // ---- what does not change

    private List<String> staysBecause(CapturedTopology.Group group, IsolationGraph ties) {
        if (group.devices().stream().anyMatch(file.cut()::contains)) {
            return List.of("Group " + group.id() + ": why its devices are together is not known.");
        }
        var reasons = new LinkedHashSet<String>();
        String first = group.devices().getFirst();
        for (String other : group.devices().subList(1, group.devices().size())) {
            ties.path(first, other).stream()
                    .flatMap(List::stream)
                    .map(step -> stays(group.id(), Tie.of(step)))
                    .forEach(reasons::add);
        }
        return List.copyOf(reasons);
    }

    private String stays(int group, Tie tie) {
        String why = switch (tie.kind()) {
            case BRIDGE_ALIAS, QUIRK_ALIAS -> "its requester ids are shared, which no belief about ACS changes.";
            case TURNS_BELOW, MULTIFUNCTION -> untouched(tie.where().orElse(tie.from()));
        };
        return "Group " + group + " stays: " + why;
    }

    private String untouched(String where) {
        return pci.find(where)
                .map(device -> switch (pci.pci().acs(device).why()) {
                    case CONTROL ->
                        where + " has an ACS capability of its own, though turned off, and the override leaves"
                                + " such functions alone.";
                    case NOT_EXPRESS -> where + " is conventional PCI, which the override leaves alone.";
                    case NEVER -> where + " is neither a port nor an endpoint, which is all that the override means.";
                    case NO_CAPABILITY, QUIRK, SINGLE_FUNCTION, OVERRIDE ->
                        "this override does not cover " + where + ".";
                })
                .orElse("nothing is known of " + where + ".");
    }

    /** Without their capabilities nobody can say what functions an override covers. */
    private String unknown() {
        int cut = file.cut().size();
        return cut == 0
                ? ""
                : " Of " + cut + (cut == 1 ? " function" : " functions")
                        + " only the header was readable, and what the override means to such is not known: a capture"
                        + " by root has the rest.";
    }

    private static String sentence(AcsOverride override, List<WhatIf.Split> splits, List<String> covered) {
        String option = AcsOverride.OPTION + override.text();
        if (splits.isEmpty()) {
            return option + " would split no group: "
                    + (covered.isEmpty()
                            ? "it covers no function of this machine."
                            : "what it covers keeps no two devices together.");
        }
        String what = splits.stream()
                .map(split -> "group " + split.group() + " into "
                        + split.parts().stream()
                                .map(part -> Integer.toString(part.id()))
                                .collect(Collectors.joining(" and ")))
                .collect(Collectors.joining(", "));
        return option + " would split " + what
                + ". Only the kernel's belief would change: the hardware stays as it is.";
    }
}
