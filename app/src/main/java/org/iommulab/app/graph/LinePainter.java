package org.iommulab.app.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.KindLook;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.EdgeKind;
import org.iommulab.graph.Known;
import org.iommulab.graph.Path;
import org.iommulab.graph.Route;

/** Draws the lines, also half way between two moments: an end that moves slides from its old place to the new one. */
final class LinePainter {
    private static final int SPOTS = 40;

    private final Pen pen;
    private final GraphScene from;
    private final GraphScene to;
    private final double progress;

    LinePainter(Pen pen, GraphScene from, GraphScene to, double progress) {
        this.pen = pen;
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    void lines() {
        for (Route old : from.layout().routes()) {
            boolean inside = from.held().containsKey(old.to());
            if (progress < 1 && !inside && to.layout().route(old.edge()).isEmpty()) {
                draw(old, part(old.path(), 1 - progress), from, 1 - progress);
            }
        }
        for (Route route : to.layout().routes()) {
            if (to.held().containsKey(route.to())) {
                continue; // inside a frame, which would cover it
            }
            Optional<Path> before = from.layout().route(route.edge()).map(Route::path);
            if (progress >= 1 || before.isPresent() && before.get().equals(route.path())) {
                draw(route);
            } else if (before.isPresent()) {
                draw(route, between(before.get(), route.path()), to, 1);
            } else {
                draw(route, part(route.path(), progress), to, Math.min(1, progress * 2));
            }
        }
    }

    private void draw(Route route) {
        pen.stroke(Curves.of(route.path()), line(route, to));
        if (route.kind() == EdgeKind.OPS) {
            Path.Piece last = route.path().pieces().getLast();
            pen.fill(
                    Curves.head(
                            new Path.Spot(last.x0(), last.y0()), route.path().end()),
                    Ink.of(Tone.PLATFORM));
        }
    }

    private void draw(Route route, List<Path.Spot> spots, GraphScene scene, double opacity) {
        if (spots.size() < 2 || opacity <= 0.02) {
            return;
        }
        Line line = line(route, scene);
        pen.stroke(Curves.of(spots), line.faded(line.opacity() * opacity));
        if (route.kind() == EdgeKind.OPS) {
            pen.fill(
                    Curves.head(spots.get(Math.max(0, spots.size() - 3)), spots.getLast()),
                    Ink.of(Tone.PLATFORM).faded(opacity));
        }
    }

    private List<Path.Spot> between(Path before, Path after) {
        List<Path.Spot> a = before.spots(SPOTS);
        List<Path.Spot> b = after.spots(SPOTS);
        var spots = new ArrayList<Path.Spot>(SPOTS);
        for (int i = 0; i < SPOTS; i++) {
            spots.add(new Path.Spot(
                    a.get(i).x() + (b.get(i).x() - a.get(i).x()) * progress,
                    a.get(i).y() + (b.get(i).y() - a.get(i).y()) * progress));
        }
        return spots;
    }

    private static List<Path.Spot> part(Path path, double share) {
        return path.spots(SPOTS).subList(0, (int) Math.round(share * SPOTS));
    }

    /** A unit may walk several tables, and only one of them be another than the core believes. */
    private static boolean isWrong(Route route, GraphScene scene) {
        return scene.moment().disagreements().stream()
                .anyMatch(d -> d.unit() == route.from() && d.domain().equals(OptionalInt.of(route.to())));
    }

    static Line line(Route route, GraphScene scene) {
        return switch (route.kind()) {
            case WIRING, MEMBER -> Line.solid(Tone.MUTED, 1.3).faded(0.75);
            case HELD -> Line.dotted(HeldPainter.tone(route, scene), 2.4);
            case OPS -> Line.solid(Tone.PLATFORM, 1.8);
            case BELIEF ->
                Line.solid(KindLook.tone(Known.in(scene.domains(), route.to()).kind()), 2);
            case HARDWARE -> Line.dashed(isWrong(route, scene) ? Tone.DANGER : Tone.KERNEL, 2.4);
        };
    }
}
