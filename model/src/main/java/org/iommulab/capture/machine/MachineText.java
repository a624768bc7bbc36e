package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.iommulab.capture.CapturedTopology;

/** The answers as lines, for the command line and for who cannot see the window. */
public final class MachineText {
    private static final String IN = "  ";

    private MachineText() {}

    /** Its IOMMUs, all groups, and the devices that are in none. */
    public static List<String> overview(AskedMachine machine) {
        var lines = new ArrayList<String>();
        lines.add(machine.file().name() + ": " + machine.file().kernelWords());
        machine.units().forEach(unit -> {
            lines.add(unit.sentence());
            if (!unit.files().isEmpty()) {
                lines.add(IN + String.join(", ", unit.files()));
            }
        });
        for (Viability group : machine.groups()) {
            lines.add("");
            lines.addAll(group(group));
        }
        List<Ungrouped> without = machine.ungrouped();
        if (!without.isEmpty()) {
            lines.add("");
            lines.add("in no group");
            without.forEach(device -> lines.add(IN + device.sentence()));
        }
        return lines;
    }

    public static List<String> group(Viability group) {
        var lines = new ArrayList<String>();
        lines.add("group " + group.group() + (group.type().isEmpty() ? "" : " (" + group.type() + ")") + ": "
                + (group.viable() ? "viable" : "not viable"));
        group.members().forEach(member -> lines.add(IN + member(member)));
        lines.add(IN + group.sentence());
        group.remarks().forEach(remark -> lines.add(IN + remark));
        group.regions().forEach(region -> lines.add(IN + "reserved: " + region.words()));
        return lines;
    }

    /** {@code 0000:01:00.0  NVMe  nvme  blocks}. */
    private static String member(Viability.Member member) {
        return List.of(
                        member.device(),
                        member.kind(),
                        member.driver().isEmpty() ? "" : member.driver(),
                        member.standing().words())
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(IN));
    }

    public static List<String> device(AskedMachine machine, DeviceAnswer device) {
        var lines = new ArrayList<String>();
        lines.add(device.name() + (device.kind().isEmpty() ? "" : ", " + device.kind()));
        fact(lines, "ids", device.ids());
        fact(lines, "type", device.type());
        fact(lines, "driver", device.driver().isEmpty() ? "none" : device.driver());
        fact(lines, "IOMMU", device.unit().isEmpty() ? "none" : device.unit());
        fact(lines, "group", device.group().map(String::valueOf).orElse("none"));
        fact(lines, "default domain", device.defaultType());
        fact(lines, "requester ids", String.join(" ", device.requesterIds()));
        fact(lines, "ACS", device.acs());
        device.regions().forEach(region -> fact(lines, "reserved", region.words()));
        device.group().flatMap(machine::group).ifPresent(group -> {
            lines.add(group.sentence());
            lines.addAll(group.remarks());
        });
        machine.ungrouped(device.name()).ifPresent(without -> lines.add(without.sentence()));
        for (Why why : machine.whyWithOthers(device.name())) {
            lines.add("");
            lines.addAll(why(why));
        }
        return lines;
    }

    private static void fact(List<String> lines, String label, String value) {
        if (!value.isEmpty()) {
            lines.add(String.format("%s%-16s%s", IN, label, value));
        }
    }

    public static List<String> why(Why why) {
        var lines = new ArrayList<String>();
        lines.add(why.sentence());
        why.ties().forEach(tie -> lines.add(IN + tie.from() + " - " + tie.to() + ": " + tie.sentence()));
        return lines;
    }

    public static List<String> whatIf(WhatIf whatIf) {
        var lines = new ArrayList<String>();
        lines.add(whatIf.sentence());
        for (WhatIf.Split split : whatIf.splits()) {
            for (CapturedTopology.Group part : split.parts()) {
                lines.add(IN + "group " + part.id() + ": " + String.join(", ", part.devices()));
            }
        }
        whatIf.open().forEach(path -> {
            lines.add("left open: " + path.sentence());
            if (path.ties().size() > 1) {
                path.ties().forEach(tie -> lines.add(IN + tie.from() + " - " + tie.to()));
            }
        });
        whatIf.remarks().forEach(lines::add);
        return lines;
    }
}
