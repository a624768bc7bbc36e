package org.iommulab.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.user.held.HeldKind;

/**
 * Places for what a program holds: files of groups and devices in those, the others in a column of their own on the far
 * side of the domains, where no line of the core's or the hardware's comes.
 */
final class HeldPlacing {
    static final double WIDTH = 168;
    static final double GAP = 48;
    private static final double CONTAINER_HEIGHT = 72;
    private static final double HEAD = 34;
    private static final double ROW_HEIGHT = 30;
    private static final double ROW_PITCH = 36;
    private static final double PADDING = 12;
    private static final double INDENT = 10;
    private static final double BETWEEN = 24;
    /** A pill with letters of one width. */
    private static final double PILL_HEIGHT = 17;

    private static final double LETTER = 6.6;
    private static final double PILL_PADDING = 12;
    private static final double PILL_GAP = 4;

    private final Parts parts;
    private final HeldPlan plan;
    private final Map<Integer, Box> boxes;
    private final Map<Integer, HeldView> held = new LinkedHashMap<>();

    HeldPlacing(Parts parts, HeldPlan plan, Map<Integer, Box> boxes) {
        this.parts = parts;
        this.plan = plan;
        this.boxes = boxes;
        parts.held().forEach(each -> held.put(each.id(), each));
    }

    /** Whether at some step something stands in the column. */
    static boolean hasColumn(Parts parts, HeldPlan plan) {
        return !plan.holders().isEmpty() || !parts.held().isEmpty();
    }

    /** How high the column is at its fullest. */
    double height() {
        return heights(columns()).stream().mapToDouble(h -> h + BETWEEN).sum() - BETWEEN;
    }

    /** Puts everything in its place; the column begins here. */
    void place(double x, double top) {
        List<HeldView> lost = new ArrayList<>();
        for (HeldView each : held.values()) {
            if (!each.kind().isHolder() && !each.kind().isInHolder() && !pill(each)) {
                lost.add(each);
            }
        }
        double y = column(x, top);
        for (HeldView each : lost) {
            boxes.put(each.id(), new Box(x, y, WIDTH, ROW_HEIGHT));
            y += ROW_PITCH;
        }
    }

    // ---- files of groups and devices

    /** Returns false where that on which it stands is not in the picture. */
    private boolean pill(HeldView file) {
        double width = file.name().length() * LETTER + PILL_PADDING;
        for (int on : file.on()) {
            Box box = boxes.get(on);
            if (box != null
                    && file.kind() == HeldKind.GROUP_FILE
                    && !parts.devices().containsKey(on)) {
                boxes.put(file.id(), new Box(box.right() - PADDING - width, box.y() + 9, width, PILL_HEIGHT));
                return true;
            }
            if (box != null) {
                double y = box.y() + (file.kind() == HeldKind.IOMMUFD_DEVICE ? 25 : 6);
                boxes.put(file.id(), new Box(free(box, y) - width, y, width, PILL_HEIGHT));
                return true;
            }
        }
        return false;
    }

    /** Left of the pills that are in this line of the device already. */
    private double free(Box device, double y) {
        return held.keySet().stream()
                .map(boxes::get)
                .filter(other -> other != null && other.y() == y && device.contains(other.middleX(), other.middleY()))
                .mapToDouble(other -> other.x() - PILL_GAP)
                .min()
                .orElse(device.right() - 6);
    }

    // ---- the column

    /** Files that never stand there at the same time share a place, if they are of one kind. */
    private List<List<HeldPlan.Holder>> columns() {
        var places = new ArrayList<List<HeldPlan.Holder>>();
        for (HeldPlan.Holder holder : plan.holders()) {
            Optional<List<HeldPlan.Holder>> shared = places.stream()
                    .filter(place -> place.stream()
                            .allMatch(other -> !other.meets(holder) && other.rows() == 0 == (holder.rows() == 0)))
                    .findFirst();
            shared.orElseGet(() -> {
                        var fresh = new ArrayList<HeldPlan.Holder>();
                        places.add(fresh);
                        return fresh;
                    })
                    .add(holder);
        }
        return places;
    }

    private static List<Double> heights(List<List<HeldPlan.Holder>> places) {
        return places.stream()
                .map(place -> place.stream()
                        .mapToDouble(holder -> height(holder.rows()))
                        .max()
                        .orElse(0))
                .toList();
    }

    private static double height(int rows) {
        return rows == 0 ? CONTAINER_HEIGHT : HEAD + (rows - 1) * ROW_PITCH + ROW_HEIGHT + PADDING;
    }

    /** Returns where there is room below. */
    private double column(double x, double top) {
        List<List<HeldPlan.Holder>> places = columns();
        List<Double> heights = heights(places);
        var taken = new HashMap<Integer, HeldView>();
        List<HeldView> late = new ArrayList<>();
        for (HeldView each : held.values()) {
            if (each.kind().isHolder()) {
                int index = index(places, each.id());
                if (index < 0 || taken.putIfAbsent(index, each) != null) {
                    late.add(each);
                }
            }
        }
        double y = top;
        for (int i = 0; i < places.size(); i++) {
            if (taken.containsKey(i)) {
                holder(taken.get(i), x, y);
            }
            y += heights.get(i) + BETWEEN;
        }
        for (HeldView each : late) {
            y += holder(each, x, y) + BETWEEN;
        }
        return y;
    }

    private static int index(List<List<HeldPlan.Holder>> places, int holder) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).stream().anyMatch(each -> each.id() == holder)) {
                return i;
            }
        }
        return -1;
    }

    /** Its frame ends behind the last row that there is; returns how high it is. */
    private double holder(HeldView file, double x, double y) {
        List<HeldView> own = held.values().stream()
                .filter(each -> each.kind().isInHolder() && each.in().orElse(0) == file.id())
                .toList();
        int next = 0;
        for (HeldView each : own) {
            int index = next;
            HeldPlan.Row row = plan.row(each.id()).orElseGet(() -> new HeldPlan.Row(index, depth(each)));
            boxes.put(
                    each.id(),
                    new Box(
                            x + PADDING,
                            y + HEAD + row.index() * ROW_PITCH,
                            WIDTH - 2 * PADDING - row.depth() * INDENT,
                            ROW_HEIGHT));
            next = Math.max(next, row.index() + 1);
        }
        double height = file.kind() == HeldKind.CONTAINER ? CONTAINER_HEIGHT : next == 0 ? HEAD : height(next);
        boxes.put(file.id(), new Box(x, y, WIDTH, height));
        return height;
    }

    private static int depth(HeldView each) {
        return each.kind() == HeldKind.HWPT_PAGING ? 1 : each.kind() == HeldKind.HWPT_NESTED ? 2 : 0;
    }
}
