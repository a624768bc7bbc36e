package org.iommulab.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.user.held.HeldKind;

/** The live graph in words: for those who cannot see it, for the command line, for tests. */
public final class GraphText {
    private final Moment moment;

    private GraphText(Moment moment) {
        this.moment = moment;
    }

    /** The whole picture as an indented tree: groups with devices, units, domains, what a program holds, and where belief and hardware part. */
    public static List<String> tree(Moment moment) {
        return new GraphText(moment).lines();
    }

    /** One thing in a sentence; empty when the moment has no such thing. */
    public static Optional<String> describe(Moment moment, int id) {
        var text = new GraphText(moment);
        for (Moment.GroupView group : moment.groups()) {
            if (group.id() == id) {
                return Optional.of(text.group(group));
            }
            for (Moment.DeviceView device : group.devices()) {
                if (device.id() == id) {
                    return Optional.of(text.device(device) + ", in group " + group.number());
                }
            }
        }
        return moment.loose().stream()
                .filter(d -> d.id() == id)
                .map(d -> text.device(d) + ", in no group")
                .findFirst()
                .or(() -> moment.units().stream()
                        .filter(u -> u.id() == id)
                        .map(text::unit)
                        .findFirst())
                .or(() -> moment.domains().stream()
                        .filter(d -> d.id() == id)
                        .map(GraphText::domain)
                        .findFirst())
                .or(() -> moment.held().stream()
                        .filter(h -> h.id() == id)
                        .map(text::held)
                        .findFirst());
    }

    private List<String> lines() {
        var lines = new ArrayList<String>();
        for (Moment.GroupView group : moment.groups()) {
            lines.add(group(group));
            group.devices().forEach(d -> lines.add("  " + device(d)));
        }
        moment.loose().forEach(d -> lines.add(device(d) + ", in no group"));
        moment.units().forEach(u -> lines.add(unit(u)));
        moment.domains().forEach(d -> lines.add(domain(d)));
        moment.held().forEach(h -> lines.add((h.kind().isInHolder() ? "  " : "") + held(h)));
        moment.disagreements().forEach(d -> lines.add("disagreement: " + d.sentence()));
        return lines;
    }

    private String group(Moment.GroupView group) {
        if (!moment.hardwareKnown()) { // of a captured machine only the type of the default domain is told
            return "group " + group.number() + ", default domain "
                    + (group.owner().isEmpty() ? "not captured" : group.owner());
        }
        String owner = group.owner().isEmpty() ? "" : ", owner " + group.owner();
        return "group " + group.number() + owner + ": the core believes " + label(group.domain(), "NULL");
    }

    private String device(Moment.DeviceView device) {
        var parts = new ArrayList<String>();
        parts.add(device.title().isEmpty() ? device.name() : device.name() + " (" + device.title() + ")");
        parts.add(device.driver().isEmpty() ? "no driver" : "driver " + device.driver());
        parts.add(device.active() ? "active" : "suspended");
        parts.add("DMA ops " + device.dmaOps().text());
        String units = device.units().stream()
                .flatMap(id -> moment.units().stream().filter(u -> u.id() == id))
                .map(Moment.UnitView::name)
                .collect(Collectors.joining(" and "));
        if (!units.isEmpty()) {
            parts.add("behind " + units);
        }
        device.screen()
                .ifPresent(screen -> parts.add(
                        screen.wrong() == 0
                                ? "shows its picture"
                                : "shows a picture with " + screen.wrong() + " wrong cells of "
                                        + screen.cells().size()));
        return String.join(", ", parts);
    }

    private String unit(Moment.UnitView unit) {
        if (!unit.known()) {
            return "unit " + unit.name() + (unit.model().isEmpty() ? "" : " (" + unit.model() + ")")
                    + ": state not captured";
        }
        String state = !unit.powered()
                ? "suspended"
                : unit.blocked() ? "blocked" : unit.translating() ? "points at " + labels(unit.pointsAt()) : "off";
        String stale = unit.staleTlb().isEmpty() ? "" : ", " + unit.staleTlb().size() + " stale";
        String fault = unit.fault().isEmpty() ? "" : ", " + unit.fault();
        return "unit " + unit.name() + ": " + state + ", table base 0x" + Long.toHexString(unit.tableBase()) + ", TLB "
                + unit.tlb().size() + " of " + unit.tlbSlots() + stale + fault;
    }

    private static String domain(Moment.DomainView domain) {
        String freed = domain.freed() ? ", freed" : "";
        String pages = domain.pages() == Moment.DomainView.NOT_TOLD ? "" : ", " + domain.pages() + " pages";
        return "domain " + domain.label() + ": " + domain.kind().name().replace('_', '-') + pages + freed;
    }

    private String held(HeldView held) {
        var parts = new ArrayList<String>();
        parts.add(
                held.name().startsWith("/")
                        ? held.name()
                        : held.name() + ", " + held.kind().words());
        parts.add(held.state());
        String on = held.on().stream().flatMap(id -> name(id).stream()).collect(Collectors.joining(" and "));
        if (!on.isEmpty()) {
            parts.add((held.kind() == HeldKind.CONTAINER ? "feeds " : "on ") + on);
        }
        if (held.closed()) {
            parts.add("closed, but something holds it");
        }
        return String.join(", ", parts);
    }

    /** How anything of the moment is called. */
    private Optional<String> name(int id) {
        return Stream.of(
                        moment.groups().stream().filter(g -> g.id() == id).map(g -> "group " + g.number()),
                        Stream.concat(
                                        moment.groups().stream().flatMap(g -> g.devices().stream()),
                                        moment.loose().stream())
                                .filter(d -> d.id() == id)
                                .map(Moment.DeviceView::name),
                        moment.domains().stream().filter(d -> d.id() == id).map(Moment.DomainView::label),
                        moment.held().stream().filter(h -> h.id() == id).map(HeldView::name))
                .flatMap(names -> names)
                .findFirst();
    }

    private String label(OptionalInt id, String none) {
        return id.stream()
                .boxed()
                .flatMap(wanted -> moment.domains().stream().filter(d -> d.id() == wanted))
                .map(d -> d.freed() ? d.label() + " (freed)" : d.label())
                .findFirst()
                .orElse(none);
    }

    private String labels(List<Integer> domains) {
        return domains.isEmpty()
                ? "no known table"
                : domains.stream()
                        .map(id -> label(OptionalInt.of(id), "no known table"))
                        .collect(Collectors.joining(", "));
    }
}
