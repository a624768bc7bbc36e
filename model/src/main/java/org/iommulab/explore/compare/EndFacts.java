package org.iommulab.explore.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.explore.compare.Difference.Topic;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.iommulab.words.KernelLogText;

/** What can be said of a machine at the end of its run, each fact under a name that is the same for any other run. */
final class EndFacts {
    private static final String NOTHING = "nothing";

    /** What two boards can have in common. */
    private static final Set<Topic> ANYWHERE = Set.of(Topic.OUTCOME, Topic.RULE, Topic.STORY);

    /** Of these there may be many that differ in the same way. */
    private static final Set<Topic> MANY = Set.of(Topic.UNIT, Topic.GROUP, Topic.DEVICE, Topic.DOMAIN);

    private static final int FEW = 3;

    /** What stands round a warning: its own line says enough. */
    private static final Pattern FRAME = Pattern.compile("^( |-+\\[ |8<---|Call [tT]race:|Not tainted|Tainted: )");

    /** A fact's name. */
    record Name(Topic topic, String about, String fact) {}

    private final Map<Name, String> facts = new LinkedHashMap<>();
    private final Map<Integer, String> domains = new HashMap<>();
    private final Map<Integer, String> units = new HashMap<>();

    private EndFacts() {}

    static Map<Name, String> of(Side side) {
        var facts = new EndFacts();
        Moment end = side.run().momentAt(side.run().recording().length());
        end.domains().forEach(d -> facts.domains.put(d.id(), d.freed() ? d.label() + ", freed" : d.label()));
        end.units().forEach(u -> facts.units.put(u.id(), u.name()));
        facts.add(Topic.OUTCOME, "The run", "ends:", side.run().outcome().text());
        end.rules().forEach(facts::rule);
        end.units().forEach(facts::unit);
        end.groups().forEach(facts::group);
        Stream.concat(end.groups().stream().flatMap(group -> group.devices().stream()), end.loose().stream())
                .forEach(facts::device);
        end.domains().forEach(facts::domain);
        side.run().chapters().forEach(facts::act);
        facts.log(side);
        return facts.facts;
    }

    private void add(Topic topic, String about, String fact, String value) {
        facts.put(new Name(topic, about, fact), value);
    }

    private void rule(Moment.RuleView rule) {
        String breach = rule.suspicion() ? "suspicious" : "broken";
        String state = rule.brokenSince().isEmpty()
                ? "holds throughout"
                : rule.brokenNow() ? "is " + breach + ": " + rule.sentence() : "was " + breach + ", and holds again";
        add(Topic.RULE, "The rule " + rule.key(), "", state);
    }

    private void unit(Moment.UnitView unit) {
        String state = !unit.powered()
                ? "is suspended"
                : unit.blocked() ? "lets nothing through" : unit.translating() ? "translates" : "is off";
        add(Topic.UNIT, unit.name(), "", state);
        add(Topic.UNIT, unit.name(), "walks", unit.translating() ? labels(unit.pointsAt()) : NOTHING);
        add(Topic.UNIT, unit.name(), "has the table base", "0x" + Long.toHexString(unit.tableBase()));
        add(
                Topic.UNIT,
                unit.name(),
                "caches",
                count(unit.tlb().size(), "translation")
                        + (unit.staleTlb().isEmpty()
                                ? ""
                                : ", " + unit.staleTlb().size() + " of them stale"));
        add(Topic.UNIT, unit.name(), "has latched", unit.fault().isEmpty() ? "no fault" : unit.fault());
    }

    private void group(Moment.GroupView group) {
        String about = "Group " + group.number();
        add(Topic.GROUP, about, "is attached to", domain(group.domain()));
        add(Topic.GROUP, about, "has the default domain", domain(group.defaultDomain()));
        add(Topic.GROUP, about, "belongs to", group.owner().isEmpty() ? "nobody" : group.owner());
        add(Topic.GROUP, about, "is in use", group.ownerCount() + " times");
        add(
                Topic.GROUP,
                about,
                "holds",
                group.devices().stream().map(Moment.DeviceView::name).collect(Collectors.joining(", ")));
    }

    private void device(Moment.DeviceView device) {
        add(Topic.DEVICE, device.name(), "has the driver", device.driver().isEmpty() ? "none" : device.driver());
        add(Topic.DEVICE, device.name(), "does DMA by", device.dmaOps().text());
        add(Topic.DEVICE, device.name(), "is noted by its IOMMU driver for", domain(device.driverDomain()));
        add(Topic.DEVICE, device.name(), "is", device.active() ? "active" : "suspended");
        device.screen()
                .ifPresent(screen -> add(
                        Topic.DEVICE,
                        device.name(),
                        "shows",
                        screen.wrong() == 0 ? "its picture" : "a picture with " + count(screen.wrong(), "wrong cell")));
    }

    private void domain(Moment.DomainView domain) {
        add(
                Topic.DOMAIN,
                domain.label(),
                "",
                domain.freed()
                        ? "is freed and still pointed at"
                        : "is there, " + domain.kind().name().replace('_', '-'));
        if (domain.pages() != Moment.DomainView.NOT_TOLD) {
            add(Topic.DOMAIN, domain.label(), "maps", count(domain.pages(), "page"));
        }
        add(Topic.DOMAIN, domain.label(), "has", count(domain.references(), "reference"));
        add(
                Topic.DOMAIN,
                domain.label(),
                "has on its driver's list",
                domain.clients().isEmpty()
                        ? NOTHING
                        : domain.clients().stream().map(this::unitName).collect(Collectors.joining(", ")));
    }

    private void act(Chapter chapter) {
        add(Topic.STORY, "\"" + chapter.title() + "\"", "gives", chapter.result());
    }

    private void log(Side side) {
        var counts = new LinkedHashMap<String, Integer>();
        for (KernelLogText.Line line : KernelLogText.lines(side.run().recording(), side.logForm())) {
            if (!FRAME.matcher(line.text()).find()) {
                counts.merge(line.text(), 1, Integer::sum);
            }
        }
        counts.forEach((text, count) -> add(
                Topic.LOG,
                "The log line \"" + text + "\"",
                "",
                count == 1 ? "is printed" : "is printed " + count + " times"));
    }

    private String domain(OptionalInt id) {
        return id.isEmpty() ? NOTHING : label(id.getAsInt());
    }

    private String label(int id) {
        return domains.getOrDefault(id, "a domain that is gone");
    }

    private String unitName(int id) {
        return units.getOrDefault(id, "a unit that is gone");
    }

    private String labels(List<Integer> ids) {
        return ids.isEmpty()
                ? "no domain's table"
                : ids.stream().map(this::label).collect(Collectors.joining(", "));
    }

    private static String count(long count, String thing) {
        return count == 1 ? "1 " + thing : count + " " + thing + "s";
    }

    /** What is not the same on all sides; what one side has no word on is not there. */
    static List<Difference> differences(List<Side> sides, Likeness likeness) {
        List<Map<Name, String>> all = sides.stream().map(EndFacts::of).toList();
        var found = new ArrayList<Difference>();
        all.stream()
                .flatMap(facts -> facts.keySet().stream())
                .distinct()
                .filter(name -> likeness == Likeness.EXACT
                        || ANYWHERE.contains(name.topic()) && all.stream().allMatch(facts -> facts.containsKey(name)))
                .forEach(name -> {
                    List<String> values = all.stream()
                            .map(facts -> facts.getOrDefault(name, absent(name)))
                            .toList();
                    if (values.stream().distinct().count() > 1 && !isEcho(name, all)) {
                        found.add(new Difference(name.topic(), name.about(), name.fact(), values));
                    }
                });
        found.sort(Comparator.comparing(Difference::topic));
        return merged(found);
    }

    /** What is said of many things in the same words is said once. */
    private static List<Difference> merged(List<Difference> all) {
        var groups = new LinkedHashMap<Difference, List<Difference>>();
        for (Difference one : all) {
            boolean many = MANY.contains(one.topic());
            var words = new Difference(one.topic(), many ? "" : one.about(), one.fact(), one.values());
            groups.computeIfAbsent(words, _ -> new ArrayList<>()).add(one);
        }
        var merged = new ArrayList<Difference>();
        groups.forEach((words, same) -> {
            if (same.size() <= FEW) {
                merged.addAll(same);
            } else {
                String about = same.getFirst().about() + " and " + (same.size() - 1) + " more, each";
                merged.add(new Difference(words.topic(), about, words.fact(), words.values()));
            }
        });
        return merged;
    }

    /** Of a domain, unit or device that one side has not got at all, its first fact says enough. */
    private static boolean isEcho(Name name, List<Map<Name, String>> all) {
        boolean missing = all.stream().anyMatch(facts -> !facts.containsKey(name));
        return missing
                && all.stream()
                        .flatMap(facts -> facts.keySet().stream())
                        .filter(other ->
                                other.topic() == name.topic() && other.about().equals(name.about()))
                        .findFirst()
                        .filter(first -> !first.equals(name))
                        .isPresent();
    }

    private static String absent(Name name) {
        return name.topic() == Topic.LOG
                ? "is not printed"
                : name.fact().isEmpty() ? "is not there" : "(it is not there)";
    }
}
