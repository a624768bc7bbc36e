package org.iommulab.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.user.held.Fills;
import org.iommulab.user.iommufd.HwPagetable;
import org.iommulab.user.iommufd.HwptNested;
import org.iommulab.user.iommufd.HwptPaging;
import org.iommulab.user.iommufd.Ioas;
import org.iommulab.user.iommufd.IommufdCtx;
import org.iommulab.user.iommufd.IommufdDevice;
import org.iommulab.user.iommufd.IommufdObject;
import org.iommulab.user.vfio.VfioContainer;

/**
 * What programs ever hold in a recording, so that everything has one place for the whole story: open files that stand by
 * themselves, and in an open /dev/iommu a row for each object, page tables below what they stand on. Two that have the
 * same number there, one after the other, have one row.
 */
final class HeldPlan {
    static final HeldPlan NONE = new HeldPlan(List.of(), Map.of(), List.of());

    /**
     * A file that stands by itself.
     *
     * @param first the first step that speaks of it
     * @param last the last one
     * @param rows how many rows it ever has
     */
    record Holder(int id, int first, int last, int rows) {
        boolean meets(Holder other) {
            return first <= other.last && other.first <= last;
        }
    }

    /**
     * @param index how far down, from 0
     * @param depth on how many others it stands
     */
    record Row(int index, int depth) {}

    private final List<Holder> holders;
    private final Map<Integer, Row> rows;
    private final List<Integer> domains;

    private HeldPlan(List<Holder> holders, Map<Integer, Row> rows, List<Integer> domains) {
        this.holders = List.copyOf(holders);
        this.rows = Map.copyOf(rows);
        this.domains = List.copyOf(domains);
    }

    /** Reads events and what never changes: the machine's state is that of wherever the cursor stands. */
    static HeldPlan of(Recording recording) {
        Machine machine = recording.machine();
        var objects = new LinkedHashMap<Integer, List<IommufdObject>>();
        var files = new ArrayList<Integer>();
        var domains = new TreeSet<Integer>();
        for (int id = 1; id <= machine.objectCount(); id++) {
            SimObject object = machine.object(id);
            if (object instanceof IommufdObject each && !(each instanceof IommufdDevice)) {
                objects.computeIfAbsent(each.ctx().id(), _ -> new ArrayList<>()).add(each);
            } else if (object instanceof VfioContainer || object instanceof IommufdCtx) {
                files.add(id);
            } else if (object instanceof Fills fills) {
                domains.add(fills.filled().id());
            }
        }
        if (files.isEmpty()) {
            return NONE;
        }
        var rows = new HashMap<Integer, Row>();
        var counts = new HashMap<Integer, Integer>();
        objects.forEach((ctx, own) -> counts.put(ctx, rows(own, rows)));
        var first = new HashMap<Integer, Integer>();
        var last = new HashMap<Integer, Integer>();
        for (int step = 1; step <= recording.length(); step++) {
            first.putIfAbsent(recording.objectId(step), step);
            last.put(recording.objectId(step), step);
            if (recording.kind(step) == EventKind.CHANGED
                    && recording.event(step) instanceof Event.Changed changed
                    && machine.object(changed.object()) instanceof HwPagetable
                    && changed.to() > 0
                    && changed.to() <= machine.objectCount()
                    && machine.object((int) changed.to()) instanceof IommuDomain) {
                domains.add((int) changed.to());
            }
        }
        List<Holder> holders = files.stream()
                .map(id ->
                        new Holder(id, first.getOrDefault(id, 0), last.getOrDefault(id, 0), counts.getOrDefault(id, 0)))
                .toList();
        return new HeldPlan(holders, rows, List.copyOf(domains));
    }

    /** Gives rows to all objects of one file; returns how many there are. */
    private static int rows(List<IommufdObject> objects, Map<Integer, Row> rows) {
        var byPath = new LinkedHashMap<String, List<IommufdObject>>();
        objects.stream()
                .sorted(Comparator.comparing(HeldPlan::path))
                .forEach(each -> byPath.computeIfAbsent(path(each), _ -> new ArrayList<>())
                        .add(each));
        int index = 0;
        for (List<IommufdObject> shared : byPath.values()) {
            for (IommufdObject each : shared) {
                rows.put(each.id(), new Row(index, depth(each)));
            }
            index++;
        }
        return byPath.size();
    }

    /** Sorts what stands on something right behind it, and what stands on nothing by kind and number. */
    private static String path(IommufdObject object) {
        String own = String.format("/%06d", object.number());
        return switch (object) {
            case Ioas _ -> "1" + own;
            case HwptPaging hwpt -> path(hwpt.ioas()) + own;
            case HwptNested hwpt -> path(hwpt.parent()) + own;
            default -> "2" + own;
        };
    }

    private static int depth(IommufdObject object) {
        return switch (object) {
            case HwptPaging _ -> 1;
            case HwptNested _ -> 2;
            default -> 0;
        };
    }

    List<Holder> holders() {
        return holders;
    }

    Optional<Row> row(int object) {
        return Optional.ofNullable(rows.get(object));
    }

    /** Domains that programs fill: beside those the files stand best. */
    List<Integer> domains() {
        return domains;
    }
}
