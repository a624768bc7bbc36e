package org.iommulab.app.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.playback.Lit;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.capture.machine.DeviceAnswer;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.capture.machine.Tie;
import org.iommulab.capture.machine.Ungrouped;
import org.iommulab.capture.machine.UnitAnswer;
import org.iommulab.capture.machine.Viability;
import org.iommulab.capture.machine.WhatIf;
import org.iommulab.capture.machine.Why;

/**
 * What is said about a selection.
 *
 * @param handOver the device that can be handed over, if one is selected
 * @param lit what is lit in the graph for it
 */
record Answer(List<Paragraph> paragraphs, Optional<String> handOver, List<Lit> lit) {
    /** A part of the answer. */
    record Paragraph(Kind kind, String text) {}

    /** How a paragraph looks. */
    enum Kind {
        HEADING,
        TEXT,
        /** Something that is in the way. */
        BAD,
        /** Besides. */
        QUIET
    }

    Answer {
        paragraphs = List.copyOf(paragraphs);
        lit = List.copyOf(lit);
    }

    static Answer of(OfMachine shown, Ids ids, int selected, int second) {
        var answer = new Builder(shown, ids);
        Optional<String> device = ids.name(selected);
        Optional<String> other = ids.name(second);
        if (device.isPresent() && other.isPresent() && !device.equals(other)) {
            answer.why(shown.machine().why(device.get(), other.get()), true);
        } else if (device.isPresent()) {
            answer.device(device.get());
        } else if (ids.number(selected).isPresent()) {
            answer.group(ids.number(selected).getAsInt());
        } else {
            answer.overview();
        }
        return new Answer(answer.paragraphs, device, answer.lit());
    }

    private static final class Builder {
        private final List<Paragraph> paragraphs = new ArrayList<>();
        private final List<Lit> chain = new ArrayList<>();
        private final OfMachine shown;
        private final AskedMachine machine;
        private final Ids ids;

        Builder(OfMachine shown, Ids ids) {
            this.shown = shown;
            this.machine = shown.machine();
            this.ids = ids;
        }

        private void add(Kind kind, String text) {
            if (!text.isEmpty()) {
                paragraphs.add(new Paragraph(kind, text));
            }
        }

        /** The chain that is asked for, and what an override leaves open. */
        List<Lit> lit() {
            var lit = new ArrayList<>(chain);
            shown.whatIf().stream()
                    .map(WhatIf::open)
                    .flatMap(List::stream)
                    .flatMap(path -> path.ties().stream())
                    .map(tie -> lit(tie, true))
                    .forEach(lit::add);
            return lit;
        }

        private Lit lit(Tie tie, boolean open) {
            return new Lit(ids.device(tie.from()), ids.device(tie.to()), open);
        }

        void why(Why why, boolean alone) {
            if (alone) {
                String heading = why.relation() == Why.Relation.TOGETHER ? "Why together" : "Together or not";
                add(Kind.HEADING, shown.whatIf().isPresent() ? heading + ", as it is" : heading);
            }
            add(alone ? Kind.TEXT : Kind.QUIET, why.sentence());
            for (Tie tie : why.ties()) {
                add(Kind.TEXT, tie.sentence());
                if (alone) {
                    chain.add(lit(tie, false));
                }
            }
        }

        void device(String name) {
            DeviceAnswer device = machine.device(name).orElseThrow();
            Optional<Ungrouped> without = machine.ungrouped(name);
            without.ifPresent(none -> {
                add(Kind.HEADING, "Why in no group");
                add(Kind.BAD, none.sentence());
            });
            groupOf(name).ifPresent(this::viability);
            add(Kind.HEADING, "On the bus");
            add(Kind.QUIET, join(device.ids(), device.type()));
            add(
                    Kind.QUIET,
                    device.requesterIds().isEmpty() ? "" : "requests as " + String.join(", ", device.requesterIds()));
            add(Kind.QUIET, device.acs().isEmpty() ? "" : "ACS: " + device.acs());
            List<Why> others = machine.whyWithOthers(name);
            if (!others.isEmpty()) {
                add(Kind.HEADING, "Why with others");
                others.stream()
                        .flatMap(why -> why.ties().isEmpty()
                                ? java.util.stream.Stream.of(why.sentence())
                                : why.ties().stream().map(Tie::sentence))
                        .distinct()
                        .limit(MOST)
                        .forEach(sentence -> add(Kind.TEXT, sentence));
                add(Kind.QUIET, "Shift and a click on a second device light the chain between the two.");
            }
        }

        private static final int MOST = 4;

        private static String join(String first, String second) {
            return first.isEmpty() || second.isEmpty() ? first + second : first + " · " + second;
        }

        /** In the groups as they are shown, split or not. */
        private Optional<Viability> groupOf(String name) {
            return shown.groups().stream()
                    .filter(group -> group.members().stream()
                            .anyMatch(member -> member.device().equals(name)))
                    .findFirst();
        }

        void group(int number) {
            shown.groups().stream().filter(group -> group.group() == number).forEach(this::viability);
        }

        private void viability(Viability group) {
            add(Kind.HEADING, group.viable() ? "Viable" : "Not viable");
            add(group.viable() ? Kind.TEXT : Kind.BAD, group.sentence());
            group.remarks().forEach(remark -> add(Kind.TEXT, remark));
            add(Kind.HEADING, "Addresses");
            add(Kind.QUIET, group.type().isEmpty() ? "" : "default domain: " + group.type());
            group.regions().forEach(region -> add(Kind.QUIET, "reserved: " + region.words()));
        }

        void overview() {
            long viable = shown.groups().stream()
                    .filter(group -> group.viable() && group.hasSomethingToTake())
                    .count();
            add(Kind.HEADING, "Ask");
            add(
                    Kind.TEXT,
                    shown.groups().size() + " groups, of which " + (viable == 0 ? "none" : viable)
                            + " could be handed to user space as they are. Choose a group or a device to see who"
                            + " blocks it; with Shift choose a second device to see why the two are together.");
            shown.whatIf().stream()
                    .flatMap(whatIf -> whatIf.remarks().stream())
                    .forEach(remark -> add(Kind.QUIET, remark));
            List<UnitAnswer> units = machine.units();
            add(Kind.HEADING, units.isEmpty() ? "" : "IOMMUs");
            for (UnitAnswer unit : units) {
                add(Kind.TEXT, unit.sentence());
                add(Kind.QUIET, String.join(", ", unit.files()));
            }
        }
    }
}
