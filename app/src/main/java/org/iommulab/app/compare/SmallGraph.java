package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.Moment;
import org.iommulab.sim.Event;

/**
 * The live graph where there is little room: groups on the left, units on the right, domains between them. Belief comes
 * from the left, hardware from the right; where they do not meet they part.
 */
final class SmallGraph {
    static final double ROW = 40;
    private static final double HEAD = 20;
    private static final double BOX = 32;
    private static final Face NAME = Face.mono(11);
    private static final Face WORDS = Face.words(11);

    private final Pen pen;
    private final Box room;
    private final Moment moment;
    private final List<Moment.GroupView> groups;
    private final Set<Integer> parted = new HashSet<>();
    /** Of each domain and of each unit the row in which it stands. */
    private final Map<Integer, Integer> places = new LinkedHashMap<>();

    private final Map<Integer, Integer> unitPlaces = new LinkedHashMap<>();
    private final int event;

    private SmallGraph(Pen pen, Box room, Moment moment, List<Moment.GroupView> groups, int event) {
        this.pen = pen;
        this.room = room;
        this.moment = moment;
        this.groups = groups;
        this.event = event;
        moment.disagreements().forEach(one -> {
            parted.add(one.group());
            parted.add(one.unit());
        });
    }

    static double height(int rows) {
        return HEAD + ROW * rows;
    }

    static void paint(Pen pen, Box room, CompareScene scene, int column) {
        Moment moment = scene.moments().get(column);
        int rows = (int) ((room.height() - HEAD) / ROW);
        List<Moment.GroupView> groups = scene.subjects().groups(moment);
        int object = scene.event(column).map(Event::object).orElse(0);
        var graph = new SmallGraph(pen, room, moment, groups.subList(0, Math.min(rows, groups.size())), object);
        graph.headings(groups.size());
        graph.place(rows);
        graph.lines();
        graph.boxes();
    }

    // ---- columns: a third, a quarter, a third, and lines between them

    private double domainX() {
        return room.x() + room.width() * 0.39;
    }

    private double unitX() {
        return room.x() + room.width() * 0.69;
    }

    private Box groupBox(int row) {
        return new Box(room.x(), top(row), room.width() * 0.33, BOX);
    }

    private Box domainBox(int row) {
        return new Box(domainX(), top(row), room.width() * 0.24, BOX);
    }

    private Box unitBox(int row) {
        return new Box(unitX(), top(row), room.width() * 0.31, BOX);
    }

    private double top(int row) {
        return room.y() + HEAD + row * ROW;
    }

    private void headings(int all) {
        String more = all > groups.size() ? groups.size() + " of " + all + " groups" : all == 1 ? "Group" : "Groups";
        pen.text(moment.groups().isEmpty() ? "No group yet" : more, room.x(), room.y() + 10, WORDS, Tone.MUTED);
        pen.text("Domain", domainX(), room.y() + 10, WORDS, Tone.MUTED);
        pen.text("IOMMU", unitX(), room.y() + 10, WORDS, Tone.MUTED);
    }

    /** A domain stands beside the first that points at it, or in the next free place. */
    private void place(int rows) {
        for (int row = 0; row < groups.size(); row++) {
            int at = row;
            groups.get(row).domain().ifPresent(domain -> place(domain, at, rows));
        }
        for (int row = 0; row < groups.size(); row++) {
            int at = row;
            unit(groups.get(row)).ifPresent(unit -> {
                unitPlaces.putIfAbsent(unit.id(), at);
                unit.pointsAt().forEach(domain -> place(domain, at, rows));
            });
        }
    }

    private void place(int domain, int wanted, int rows) {
        if (places.containsKey(domain) || domain(domain).isEmpty()) {
            return;
        }
        for (int i = 0; i < rows; i++) {
            int row = (wanted + i) % rows;
            if (!places.containsValue(row)) {
                places.put(domain, row);
                return;
            }
        }
    }

    private Optional<Moment.DomainView> domain(int id) {
        return moment.domains().stream().filter(domain -> domain.id() == id).findFirst();
    }

    /** The unit in front of a group: one that parts from it before the others. */
    private Optional<Moment.UnitView> unit(Moment.GroupView group) {
        List<Moment.UnitView> units = moment.units().stream()
                .filter(unit -> group.devices().stream()
                        .anyMatch(device -> device.units().contains(unit.id())))
                .toList();
        return units.stream()
                .filter(unit -> parted.contains(unit.id()))
                .findFirst()
                .or(() -> units.stream().findFirst());
    }

    // ---- lines

    private void lines() {
        for (int row = 0; row < groups.size(); row++) {
            Moment.GroupView group = groups.get(row);
            Box from = groupBox(row);
            group.domain().ifPresent(id -> line(id, from.right(), from.middleY(), domainX(), false, false));
        }
        unitPlaces.forEach((id, row) -> unit(id).filter(Moment.UnitView::translating)
                .ifPresent(unit -> {
                    Box box = unitBox(row);
                    double end = domainX() + room.width() * 0.24;
                    boolean apart = parted.contains(id);
                    unit.pointsAt().forEach(domain -> line(domain, box.x(), box.middleY(), end, true, apart));
                }));
    }

    private Optional<Moment.UnitView> unit(int id) {
        return moment.units().stream().filter(unit -> unit.id() == id).findFirst();
    }

    private void line(int domain, double x, double y, double toX, boolean hardware, boolean apart) {
        Integer place = places.get(domain);
        if (place == null) {
            return;
        }
        Tone tone =
                apart ? Tone.DANGER : KindLook.tone(domain(domain).orElseThrow().kind());
        double toY = domainBox(place).middleY();
        double half = (x + toX) / 2;
        pen.stroke(
                Curve.from(x, y).cubic(half, y, half, toY, toX, toY).end(),
                hardware ? Line.dashed(tone, 2.2) : Line.solid(tone, 1.8));
    }

    // ---- boxes

    private void boxes() {
        for (int row = 0; row < groups.size(); row++) {
            group(groups.get(row), groupBox(row));
            if (groups.get(row).domain().isEmpty() && !places.containsValue(row)) {
                Box box = domainBox(row);
                pen.text("no domain", box.x() + 6, box.middleY() + 4, WORDS, Tone.MUTED);
            }
        }
        unitPlaces.forEach((id, row) -> unit(id).ifPresent(unit -> unit(unit, unitBox(row))));
        places.forEach((id, row) -> domain(domain(id).orElseThrow(), domainBox(row)));
    }

    private void group(Moment.GroupView group, Box box) {
        boolean here = group.id() == event || group.devices().stream().anyMatch(device -> device.id() == event);
        frame(box, here ? Line.solid(Tone.ACCENT, 1.8) : Line.solid(Tone.HAIRLINE, 1.4));
        var names = new ArrayList<String>();
        group.devices().forEach(device -> names.add(device.name()));
        String more = names.size() > 1 ? " +" + (names.size() - 1) : "";
        String owner = group.owner().isEmpty() ? "" : ", " + group.owner();
        lines(box, names.isEmpty() ? "" : names.getFirst() + more, "group " + group.number() + owner);
    }

    private void unit(Moment.UnitView unit, Box box) {
        boolean apart = parted.contains(unit.id());
        frame(
                box,
                apart
                        ? Line.solid(Tone.DANGER, 2)
                        : Line.solid(unit.id() == event ? Tone.ACCENT : Tone.HAIRLINE, unit.id() == event ? 1.8 : 1.4));
        String state =
                !unit.powered() ? "suspended" : unit.blocked() ? "blocks" : unit.translating() ? "translates" : "off";
        String cached = unit.tlb().isEmpty() ? "" : ", caches " + unit.tlb().size();
        String stale = unit.staleTlb().isEmpty() ? "" : ", " + unit.staleTlb().size() + " stale";
        lines(box, unit.name(), state + cached + stale);
    }

    private void domain(Moment.DomainView domain, Box box) {
        Tone tone = KindLook.tone(domain.kind());
        frame(box, domain.freed() ? Line.dashed(Tone.DANGER, 1.6) : Line.solid(tone, domain.id() == event ? 2.4 : 1.6));
        KindLook.glyph(pen, domain.kind(), box.x() + 13, box.middleY(), 4.5);
        double room = box.width() - 28;
        pen.text(pen.fit(domain.label(), WORDS.medium(), room), box.x() + 24, box.y() + 14, WORDS.medium(), Tone.TEXT);
        String under = domain.freed() ? "freed" : KindLook.word(domain.kind());
        pen.text(
                pen.fit(under, WORDS, room),
                box.x() + 24,
                box.y() + 27,
                WORDS,
                domain.freed() ? Tone.DANGER : Tone.MUTED);
    }

    private void frame(Box box, Line line) {
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 6, Ink.of(Tone.PANEL));
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 6, line);
    }

    private void lines(Box box, String name, String under) {
        double width = box.width() - 14;
        pen.text(pen.fit(name, NAME, width), box.x() + 8, box.y() + 14, NAME, Tone.TEXT);
        pen.text(pen.fit(under, WORDS, width), box.x() + 8, box.y() + 27, WORDS, Tone.MUTED);
    }
}
