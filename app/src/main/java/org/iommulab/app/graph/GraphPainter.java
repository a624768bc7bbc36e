package org.iommulab.app.graph;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.EdgeKind;
import org.iommulab.graph.Known;
import org.iommulab.graph.Layout;
import org.iommulab.graph.Path;
import org.iommulab.sim.Event;

/** Paints the live graph, at a moment or on the way between two; the same for window and exports. */
public final class GraphPainter {
    /** Above the labels that the first boxes may have. */
    private static final double TITLE_BASELINE = 26;

    private static final List<String> TITLES = List.of("Owners and devices", "IOMMU hardware", "Domains", "User space");

    private final Pen pen;
    private final Detail detail;

    public GraphPainter(Pen pen, Detail detail) {
        this.pen = pen;
        this.detail = detail;
    }

    /** A still picture with what the step's event adds. */
    public void still(GraphScene scene, Optional<Event> event, Marks marks) {
        base(scene, scene, 1);
        overlay(scene, event, marks, 1);
    }

    /** The graph, {@code progress} (0 to 1) of the way from one moment to the next. */
    public void base(GraphScene from, GraphScene to, double progress) {
        Layout layout = to.layout();
        if (detail == Detail.FULL) {
            for (int i = 0; i < layout.columns().size(); i++) {
                pen.text(
                        TITLES.get(i),
                        layout.columns().get(i),
                        TITLE_BASELINE,
                        Face.words(12.5).medium(),
                        Tone.MUTED);
            }
        }
        new LinePainter(pen, from, to, progress).lines();
        boxes(from, to, progress);
        if (detail == Detail.FULL) {
            new NoticePainter(FadedPen.of(pen, notice(from, to, progress)), to).notice();
            legend(layout);
        }
    }

    /** A notice that is new fades in. */
    private static double notice(GraphScene from, GraphScene to, double progress) {
        return from.moment().disagreements().isEmpty()
                        && !to.moment().disagreements().isEmpty()
                ? progress
                : 1;
    }

    private void boxes(GraphScene from, GraphScene to, double progress) {
        var there = new OwnerPainter(pen, to, detail);
        for (Layout.Card card : to.layout().cards()) {
            boolean known =
                    from.layout().cards().stream().anyMatch(c -> c.id() == card.id() && c.group() == card.group());
            // a device that joins a group stands where it stood: only the frame around it changes
            boolean sameDevices = card.devices().stream().allMatch(from.devices()::containsKey);
            (known || sameDevices ? there : new OwnerPainter(FadedPen.of(pen, progress), to, detail)).card(card);
        }
        there.platform(
                Known.in(to.layout().boxes(), Layout.PLATFORM),
                to.layout().routes().stream().anyMatch(r -> r.kind() == EdgeKind.OPS));
        to.units().forEach((id, unit) -> {
            Pen faded = FadedPen.of(pen, from.units().containsKey(id) ? 1 : progress);
            Box box = Known.in(to.layout().boxes(), id);
            new UnitPainter(faded, to, detail).unit(unit, box);
            if (to.parted().contains(id)) {
                UnitPainter.badge(pen, box.right() - 2, box.y() + 2);
            }
        });
        to.domains().forEach((id, domain) -> {
            Pen faded = FadedPen.of(pen, from.domains().containsKey(id) ? 1 : progress);
            new DomainPainter(faded, to, detail)
                    .domain(domain, Known.in(to.layout().boxes(), id));
        });
        held(from, to, progress);
        if (progress < 1) {
            from.domains().forEach((id, domain) -> {
                if (!to.domains().containsKey(id)) {
                    new DomainPainter(FadedPen.of(pen, 1 - progress), from, detail)
                            .domain(domain, Known.in(from.layout().boxes(), id));
                }
            });
        }
    }

    private void held(GraphScene from, GraphScene to, double progress) {
        to.held().forEach((id, held) -> {
            Pen faded = FadedPen.of(pen, from.held().containsKey(id) ? 1 : progress);
            to.layout().box(id).ifPresent(box -> new HeldPainter(faded, to, detail).held(held, box));
        });
        from.held().forEach((id, held) -> {
            if (progress < 1 && !to.held().containsKey(id)) {
                from.layout()
                        .box(id)
                        .ifPresent(
                                box -> new HeldPainter(FadedPen.of(pen, 1 - progress), from, detail).held(held, box));
            }
        });
    }

    private void legend(Layout layout) {
        Box box = layout.legend();
        double y = box.middleY();
        double x = box.x();
        x = legendLine(x, y, Line.solid(Tone.UNMANAGED, 2), "what the core believes");
        x = legendLine(x, y, Line.dashed(Tone.KERNEL, 2.4), "where hardware points");
        x = legendLine(x, y, Line.solid(Tone.MUTED, 1.3), "wired");
        double tip = x + 26;
        double end = legendLine(x, y, Line.solid(Tone.PLATFORM, 1.8), "physical addresses");
        if (layout.columns().size() == TITLES.size()) {
            legendLine(end, y, Line.dotted(Tone.UNMANAGED, 2.4), "what a program holds");
        }
        pen.fill(Curves.head(new Path.Spot(x, y), new Path.Spot(tip, y)), Ink.of(Tone.PLATFORM));
    }

    private double legendLine(double x, double y, Line line, String words) {
        pen.stroke(Curve.from(x, y).to(x + 24, y).end(), line);
        pen.text(words, x + 34, y + 4, Face.words(11), Tone.MUTED);
        return x + 34 + pen.width(words, Face.words(11)) + 22;
    }

    /** What moves or is marked over the graph. */
    public void overlay(GraphScene scene, Optional<Event> event, Marks marks, double progress) {
        mark(scene, marks.hover(), Line.solid(Tone.MUTED, 1.4), 2);
        mark(scene, marks.selected(), Line.solid(Tone.ACCENT, 2), 2);
        mark(scene, marks.second(), Line.solid(Tone.ACCENT, 2), 2);
        mark(scene, marks.focus(), Line.dashed(Tone.ACCENT, 1.6), 6);
        new LitPainter(pen, scene).lines(marks.lit());
        event.flatMap(e -> Token.of(e, scene)).ifPresent(token -> token.paint(pen, progress));
    }

    private void mark(GraphScene scene, int id, Line line, double distance) {
        if (id == 0) {
            return;
        }
        scene.layout().box(id).map(box -> box.grown(distance)).ifPresent(box -> {
            double radius = box.height() - 2 * distance <= Layout.DEVICE_HEIGHT ? 6 : 12;
            pen.strokeBox(box.x(), box.y(), box.width(), box.height(), radius + distance, line);
        });
    }
}
