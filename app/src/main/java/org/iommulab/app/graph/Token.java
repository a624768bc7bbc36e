package org.iommulab.app.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.EdgeKind;
import org.iommulab.graph.Layout;
import org.iommulab.graph.Moment;
import org.iommulab.graph.Path;
import org.iommulab.graph.Route;
import org.iommulab.sim.Event;

/**
 * What the event of the step adds to the picture: the dot of a DMA on its way, and a label at what was touched.
 *
 * @param way where the dot goes; empty for none
 * @param at the box at which the label stands
 * @param good whether the dot is refused at its end
 */
record Token(List<Path.Spot> way, Box at, String label, boolean good) {
    private static final int SPOTS = 30;

    static Optional<Token> of(Event event, GraphScene scene) {
        return scene.layout().box(event.object()).map(box -> of(event, scene, box));
    }

    private static Token of(Event event, GraphScene scene, Box box) {
        int id = event.object();
        String name = event.term().name();
        return switch (event) {
            case Event.Dma dma ->
                new Token(wiring(id, scene, false), box, name + " " + Hex.prefixed(dma.address()), true);
            case Event.TlbHit hit -> new Token(inward(box), box, "TLB hit " + Hex.prefixed(hit.output()), true);
            case Event.TlbMiss miss -> new Token(inward(box), box, "TLB miss " + Hex.prefixed(miss.input()), true);
            case Event.WalkRead read ->
                new Token(hardware(id, scene, box, false), box, name + " " + Hex.grouped(read.value()), true);
            case Event.TlbFill fill ->
                new Token(hardware(id, scene, box, true), box, "TLB keeps " + Hex.prefixed(fill.output()), true);
            case Event.Translated out ->
                new Token(
                        outward(box),
                        box,
                        out.input() == out.output()
                                ? "untouched " + Hex.prefixed(out.output())
                                : "goes to " + Hex.prefixed(out.output()),
                        true);
            case Event.Data data -> new Token(wiring(id, scene, true), box, "data " + Hex.prefixed(data.value()), true);
            case Event.Fault _ -> new Token(inward(box), box, name, false);
            case Event.RegisterWrite write ->
                new Token(List.of(), box, name + " = " + Hex.prefixed(write.value()), true);
            case Event.TableWrite write -> new Token(List.of(), box, name + " " + Hex.grouped(write.value()), true);
            case Event.TlbFlush flush -> new Token(List.of(), box, "TLB drops " + flush.count(), true);
            default -> new Token(List.of(), box, "", true);
        };
    }

    /** Along the device's wire to its unit, or back. A device without a unit has no way to show. */
    private static List<Path.Spot> wiring(int device, GraphScene scene, boolean back) {
        return scene.layout().routes().stream()
                .filter(r -> r.kind() == EdgeKind.WIRING && (r.from() == device || back && r.to() == device))
                .findFirst()
                .map(r -> spots(r, back))
                .orElse(List.of());
    }

    private static List<Path.Spot> spots(Route route, boolean back) {
        var spots = new ArrayList<>(route.path().spots(SPOTS));
        if (back) {
            Collections.reverse(spots);
        }
        return spots;
    }

    /** To the domain whose tables are walked, or back from it; where it is not known which, only out of the unit. */
    private static List<Path.Spot> hardware(int unit, GraphScene scene, Box box, boolean back) {
        List<Route> routes = scene.layout().routes().stream()
                .filter(r -> r.kind() == EdgeKind.HARDWARE && r.from() == unit)
                .toList();
        OptionalInt walked = walked(scene);
        return routes.stream()
                .filter(r -> walked.isPresent() ? r.to() == walked.getAsInt() : routes.size() == 1)
                .findFirst()
                .map(r -> {
                    List<Path.Spot> spots = spots(r, back);
                    if (back) {
                        spots.add(new Path.Spot(UnitPainter.slotX(box), UnitPainter.slotY(box)));
                    }
                    return spots;
                })
                .orElseGet(() -> outward(box));
    }

    private static OptionalInt walked(GraphScene scene) {
        return scene.moment().walk().stream()
                .flatMap(walk -> scene.moment().domains().stream()
                        .filter(domain -> domain.tableBase() != 0
                                && walk.levels().stream().anyMatch(level -> level.base() == domain.tableBase())))
                .mapToInt(Moment.DomainView::id)
                .findFirst();
    }

    private static List<Path.Spot> inward(Box box) {
        return new Path.Builder(box.x(), box.middleY())
                .level(UnitPainter.slotX(box), UnitPainter.slotY(box))
                .end()
                .spots(SPOTS);
    }

    private static List<Path.Spot> outward(Box box) {
        return new Path.Builder(UnitPainter.slotX(box), UnitPainter.slotY(box))
                .level(box.right() + 12, box.middleY())
                .end()
                .spots(SPOTS);
    }

    void paint(Pen pen, double progress) {
        Tone tone = good ? Tone.ACCENT : Tone.DANGER;
        double ring = 2 + 4 * (1 - progress);
        double radius = at.height() <= Layout.DEVICE_HEIGHT ? 6 : 12;
        pen.strokeBox(
                at.x() - ring,
                at.y() - ring,
                at.width() + 2 * ring,
                at.height() + 2 * ring,
                radius + ring,
                Line.solid(tone, 1.6).faded(0.35 + 0.65 * progress));
        if (!way.isEmpty()) {
            dot(pen, tone, progress);
        }
        if (!label.isEmpty()) {
            label(pen, tone, Math.min(1, progress * 2));
        }
    }

    private void dot(Pen pen, Tone tone, double progress) {
        double place = progress * (way.size() - 1);
        int before = (int) Math.min(way.size() - 2, Math.floor(place));
        double rest = place - before;
        double x = way.get(before).x() * (1 - rest) + way.get(before + 1).x() * rest;
        double y = way.get(before).y() * (1 - rest) + way.get(before + 1).y() * rest;
        pen.fillCircle(x, y, 9, Ink.of(tone).faded(0.25));
        pen.fillCircle(x, y, 5, Ink.of(tone));
        if (!good) { // refused: a cross, not colour alone
            Line line = Line.solid(Tone.PANEL, 1.6);
            pen.stroke(Curve.from(x - 2.2, y - 2.2).to(x + 2.2, y + 2.2).end(), line);
            pen.stroke(Curve.from(x - 2.2, y + 2.2).to(x + 2.2, y - 2.2).end(), line);
        }
    }

    private void label(Pen pen, Tone tone, double opacity) {
        Face face = Face.mono(11);
        double width = pen.width(label, face) + 14;
        double y = at.y() - 24;
        Pen faded = FadedPen.of(pen, opacity);
        faded.fillBox(at.x(), y, width, 19, 6, Ink.of(Tone.PANEL));
        faded.strokeBox(at.x(), y, width, 19, 6, Line.solid(tone, 1.2));
        faded.text(label, at.x() + 7, y + 13.5, face, tone);
    }
}
