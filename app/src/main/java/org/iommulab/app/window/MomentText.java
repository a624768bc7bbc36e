package org.iommulab.app.window;

import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.iommulab.app.inspector.Fact;
import org.iommulab.app.inspector.Portrait;
import org.iommulab.app.inspector.Portraits;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Moment.DeviceView;
import org.iommulab.graph.Moment.GroupView;

/** The machine at a step as text: the twin of the graph, for screen readers and for copying. */
final class MomentText {
    private final Moment moment;
    private final StringBuilder out = new StringBuilder();

    private MomentText(Moment moment) {
        this.moment = moment;
    }

    static String of(Moment moment) {
        var text = new MomentText(moment);
        text.write();
        return text.out.toString();
    }

    private void write() {
        moment.disagreements()
                .forEach(d -> out.append("Belief and hardware disagree: ")
                        .append(d.sentence())
                        .append('\n'));
        for (GroupView group : moment.groups()) {
            thing(0, group.id());
            group.devices().forEach(device -> thing(1, device.id()));
        }
        for (DeviceView device : moment.loose()) {
            thing(0, device.id());
        }
        moment.units().forEach(unit -> thing(0, unit.id()));
        moment.domains().forEach(domain -> thing(0, domain.id()));
        moment.held().forEach(held -> thing(held.kind().isInHolder() ? 1 : 0, held.id()));
        out.append("Rules\n");
        moment.rules()
                .forEach(rule -> out.append("    ")
                        .append(RuleState.of(rule).word())
                        .append(since(rule.brokenSince()))
                        .append("  ")
                        .append(rule.title())
                        .append('\n'));
    }

    private static String since(OptionalInt step) {
        return step.isPresent() ? " since step " + step.getAsInt() : "";
    }

    private void thing(int depth, int id) {
        boolean isGroup = moment.groups().stream().anyMatch(group -> group.id() == id);
        Portrait portrait = Portraits.of(moment, id);
        String indent = "    ".repeat(depth);
        out.append(indent).append(portrait.title());
        if (!portrait.subtitle().isEmpty()) {
            out.append(" (").append(portrait.subtitle()).append(')');
        }
        out.append('\n')
                .append(portrait.facts().stream()
                        .filter(fact -> !isGroup || !fact.label().equals("device"))
                        .map(MomentText::line)
                        .map(line -> indent + "    " + line + "\n")
                        .collect(Collectors.joining()));
    }

    private static String line(Fact fact) {
        return String.format("%-16s %s", fact.label(), fact.value());
    }
}
