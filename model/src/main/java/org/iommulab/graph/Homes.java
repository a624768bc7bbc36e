package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/**
 * Beside what each domain has its place, known from the whole recording: whoever first pointed at it with a field that
 * is called a domain. With it a domain has one place for the whole story, from whichever side one comes to a step.
 */
public final class Homes {
    private static final int ENOUGH = 6;
    private static final String FREED = "freed";

    /** Knows nothing; layouts fall back on what the moment shows. */
    public static final Homes NONE = new Homes(Map.of(), List.of(), 0, HeldPlan.NONE);

    /**
     * @param anchors who pointed at it, in order
     * @param first the step at which it was first pointed at
     * @param last the last step that speaks of it
     * @param unit the unit in front of the first of them that has one, 0 when none has
     * @param rank the higher up that one stands among the owners, the less; those that have no unit come last
     */
    record Stay(List<Integer> anchors, int first, int last, int unit, long rank) {
        Stay(List<Integer> anchors, int first, int last) {
            this(anchors, first, last, 0, Long.MAX_VALUE);
        }

        Stay at(Wiring wiring) {
            for (int anchor : anchors) {
                int found = wiring.unit(anchor);
                if (found != 0) {
                    return new Stay(anchors, first, last, found, wiring.rank(anchor));
                }
            }
            return new Stay(anchors, first, last, 0, wiring.rank(anchors.getFirst()));
        }

        boolean meets(Stay other) {
            return first <= other.last && other.first <= last;
        }
    }

    private final Map<Integer, Stay> stays;
    private final List<Integer> units;
    private final int groups;
    private final HeldPlan held;

    private Homes(Map<Integer, Stay> stays, List<Integer> units, int groups, HeldPlan held) {
        this.stays = Collections.unmodifiableMap(stays);
        this.units = List.copyOf(units);
        this.groups = groups;
        this.held = held;
    }

    /** Reads the events only; any thread. */
    public static Homes of(Recording recording) {
        var stays = new LinkedHashMap<Integer, Stay>();
        var freed = new HashSet<Integer>();
        for (int step = 1; step <= recording.length(); step++) {
            int now = step;
            stays.computeIfPresent(recording.objectId(step), (_, stay) -> new Stay(stay.anchors, stay.first, now));
            if (recording.kind(step) != EventKind.CHANGED
                    || !(recording.event(step) instanceof Event.Changed changed)) {
                continue;
            }
            if (changed.term().name().equals(FREED)) {
                freed.add(changed.object());
            } else if (changed.term().b() == Term.Operand.OBJECT
                    && changed.term().name().contains("domain")) {
                if (isDomain(recording.machine(), changed.to())) {
                    stays.merge(
                            (int) changed.to(),
                            new Stay(List.of(changed.object()), step, step),
                            (old, one) -> new Stay(joined(old.anchors, changed.object()), old.first, now));
                }
                stays.computeIfPresent((int) changed.from(), (_, stay) -> new Stay(stay.anchors, stay.first, now));
            }
        }
        // What was never freed lives on, also when nothing speaks of it any more.
        stays.replaceAll((domain, stay) -> freed.contains(domain)
                ? stay
                : new Stay(stay.anchors, stay.first, Math.max(stay.last, recording.length())));
        List<Integer> units = units(recording.machine());
        Wiring wiring = Wiring.of(recording, units);
        stays.replaceAll((_, stay) -> stay.at(wiring));
        return new Homes(stays, units, groups(recording.machine()), HeldPlan.of(recording));
    }

    // Fields of domains point at other things as well.
    private static boolean isDomain(Machine machine, long id) {
        return id > 0 && id <= machine.objectCount() && machine.object((int) id) instanceof IommuDomain;
    }

    /** Units that the machine ever has, also those that are not there yet: their rows are kept free. */
    private static List<Integer> units(Machine machine) {
        var units = new ArrayList<Integer>();
        for (int id = 1; id <= machine.objectCount(); id++) {
            if (machine.object(id) instanceof IommuUnit) {
                units.add(id);
            }
        }
        return units;
    }

    private static int groups(Machine machine) {
        var numbers = new HashSet<Integer>();
        for (int id = 1; id <= machine.objectCount(); id++) {
            if (machine.object(id) instanceof Group group) {
                numbers.add(group.number());
            }
        }
        return numbers.size();
    }

    List<Integer> units() {
        return units;
    }

    /** How many groups there are at most at a time. */
    int groups() {
        return groups;
    }

    /** What programs ever hold. */
    HeldPlan held() {
        return held;
    }

    private static List<Integer> joined(List<Integer> anchors, int next) {
        if (anchors.size() >= ENOUGH || anchors.contains(next)) {
            return anchors;
        }
        var all = new ArrayList<>(anchors);
        all.add(next);
        return List.copyOf(all);
    }

    /** In the order of first steps. */
    Map<Integer, Stay> stays() {
        return stays;
    }
}
