package org.iommulab.app.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.capture.machine.Standing;
import org.iommulab.capture.machine.Ungrouped;
import org.iommulab.capture.machine.Viability;

/**
 * A line of the list of groups.
 *
 * @param id object id of what it stands for; 0 for a heading
 * @param name group or device
 * @param middle what it is
 * @param right how it stands to being handed over
 * @param bad whether it blocks, or is blocked
 */
record Row(Kind kind, int id, String name, String middle, String right, boolean bad) {
    enum Kind {
        GROUP,
        DEVICE,
        HEADING
    }

    String text() {
        String words = List.of(name, middle, right).stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("  "));
        return kind == Kind.DEVICE ? "  " + words : words;
    }

    static List<Row> of(OfMachine shown, Ids ids) {
        var rows = new ArrayList<Row>();
        Set<Integer> fresh = shown.whatIf().stream()
                .flatMap(whatIf -> whatIf.splits().stream())
                .flatMap(split -> split.parts().stream())
                .map(part -> part.id())
                .collect(Collectors.toSet());
        for (Viability group : shown.groups()) {
            rows.add(new Row(
                    Kind.GROUP,
                    ids.group(group.group()),
                    "Group " + group.group(),
                    fresh.contains(group.group()) ? "would be" : group.type(),
                    group.viable() ? "viable" : "not viable",
                    !group.viable()));
            group.members().forEach(member -> rows.add(device(member, ids)));
        }
        List<Ungrouped> without = shown.ungrouped();
        if (!without.isEmpty()) {
            rows.add(new Row(Kind.HEADING, 0, "In no group", "", "", false));
            without.forEach(device -> rows.add(new Row(
                    Kind.DEVICE,
                    ids.device(device.device()),
                    device.device(),
                    device.kind(),
                    device.driver().isEmpty() ? "no driver" : device.driver(),
                    false)));
        }
        return rows;
    }

    private static Row device(Viability.Member member, Ids ids) {
        String right = member.standing() == Standing.FREE
                ? "no driver"
                : member.driver() + (member.standing().blocks() ? " blocks" : "");
        return new Row(
                Kind.DEVICE,
                ids.device(member.device()),
                member.device(),
                member.kind(),
                right,
                member.standing().blocks());
    }
}
