package org.iommulab.app.compare;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.graph.Moment;
import org.iommulab.sim.Recording;

/**
 * What a comparison is about, by name: a small graph has no room for everything. What differs weighs more than what
 * merely happens.
 */
public final class Subjects {
    private static final int DIFFERENT = 50;

    private final Map<String, Integer> weights;

    private Subjects(Map<String, Integer> weights) {
        this.weights = Map.copyOf(weights);
    }

    static Subjects of(Comparison comparison) {
        Map<String, Integer> weights = new HashMap<>();
        Alignment alignment = comparison.alignment();
        for (int column = 0; column < alignment.columns(); column++) {
            Recording recording = comparison.sides().get(column).run().recording();
            for (int row = 0; row < alignment.rows(); row++) {
                int step = alignment.step(column, row);
                int object = step == 0 ? 0 : recording.objectId(step);
                if (object != 0) {
                    boolean same = alignment.kind(row) == Alignment.RowKind.SAME;
                    weights.merge(recording.machine().labelOf(object), same ? 1 : DIFFERENT, Integer::sum);
                }
            }
        }
        return new Subjects(weights);
    }

    /** The groups of a moment, those first that the comparison is most about; equal ones by their number. */
    List<Moment.GroupView> groups(Moment moment) {
        return moment.groups().stream()
                .sorted(Comparator.comparingInt((Moment.GroupView group) -> -weight(moment, group))
                        .thenComparingInt(Moment.GroupView::number))
                .toList();
    }

    private int weight(Moment moment, Moment.GroupView group) {
        int weight = weights.getOrDefault("group " + group.number(), 0);
        for (Moment.DeviceView device : group.devices()) {
            weight += weights.getOrDefault(device.name(), 0);
            for (Moment.UnitView unit : moment.units()) {
                if (device.units().contains(unit.id())) {
                    weight += weights.getOrDefault(unit.name(), 0)
                            / Math.max(1, group.devices().size());
                }
            }
        }
        return weight;
    }
}
