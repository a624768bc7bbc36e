package org.iommulab.app.timeline;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Trail;
import org.iommulab.graph.Box;

/**
 * Draws the way from a cause to a harm over the lanes: a numbered mark at each step, joined by a line. Marks that would
 * lie on one another stand side by side, each with a short line to its place.
 */
final class TrailPainter {
    private static final double RADIUS = 8;
    private static final double APART = 2 * RADIUS + 2;
    private static final Face NUMBER = Face.words(11).strong();

    private final Pen pen;
    private final double room;
    private final double height;
    private final LaneLayout lanes;
    private final TimelineScene scene;
    private final Trail trail;
    private final List<Mark> marks;

    /** @param height of the part of the lanes that is seen */
    TrailPainter(Pen pen, double room, double height, LaneLayout lanes, TimelineScene scene, Trail trail) {
        this.pen = pen;
        this.room = room;
        this.height = height;
        this.lanes = lanes;
        this.scene = scene;
        this.trail = trail;
        this.marks = place();
    }

    /** @param x where the step is, @param badge where its number stands, as high as the step itself */
    private record Mark(double x, double badge, double y) {}

    /** Where the numbers stand. */
    Badges badges() {
        return new Badges(marks.stream()
                .map(mark -> new Box(mark.badge() - RADIUS, mark.y() - RADIUS, 2 * RADIUS, 2 * RADIUS))
                .toList());
    }

    void paint() {
        Line line = Line.solid(Tone.DANGER, 2);
        for (int i = 1; i < marks.size(); i++) {
            pen.stroke(between(marks.get(i - 1), marks.get(i)), line);
        }
        int here = trail.at(scene.step());
        for (int i = 0; i < marks.size(); i++) {
            Mark mark = marks.get(i);
            if (mark.badge() != mark.x()) {
                pen.stroke(
                        Curve.from(mark.x(), mark.y())
                                .to(mark.badge(), mark.y())
                                .end(),
                        line);
                pen.fillCircle(mark.x(), mark.y(), 2.5, Ink.of(Tone.DANGER));
            }
            boolean current = i == here && trail.links().get(i).step() == scene.step();
            pen.fillCircle(mark.badge(), mark.y(), RADIUS, Ink.of(current ? Tone.DANGER : Tone.PANEL));
            pen.strokeCircle(mark.badge(), mark.y(), RADIUS, line);
            pen.text(
                    Integer.toString(i + 1),
                    mark.badge(),
                    mark.y() + 4,
                    NUMBER,
                    Ink.of(current ? Tone.PANEL : Tone.DANGER),
                    Pen.Align.MIDDLE);
        }
    }

    private List<Mark> place() {
        var marks = new ArrayList<Mark>();
        for (Trail.Link link : trail.links()) {
            double x = scene.viewport().x(link.step() + 0.5, room);
            double y = y(link.step());
            double badge = beside(x);
            for (Mark other : marks) {
                if (Math.abs(other.y() - y) < APART && Math.abs(other.badge() - badge) < APART) {
                    badge = other.badge() + APART;
                }
            }
            marks.add(new Mark(x, badge, y));
        }
        keepInside(marks);
        return marks;
    }

    /** Left of its place: what the step is called begins there and goes to the right. */
    private double beside(double x) {
        return x < 0 || x > room ? x : Math.max(RADIUS + 1, x - RADIUS - 4);
    }

    /** What was pushed over the right edge comes back, and pushes those before it to the left. */
    private void keepInside(List<Mark> marks) {
        double edge = room - RADIUS - 1;
        for (int i = marks.size() - 1; i >= 0; i--) {
            Mark mark = marks.get(i);
            double badge = mark.x() <= room ? Math.min(mark.badge(), edge) : mark.badge();
            for (Mark later : marks.subList(i + 1, marks.size())) {
                if (Math.abs(later.y() - mark.y()) < APART && Math.abs(later.badge() - badge) < APART) {
                    badge = later.badge() - APART;
                }
            }
            marks.set(i, new Mark(mark.x(), badge, mark.y()));
        }
    }

    private double y(int step) {
        int row = step == 0 ? CallBars.ACTION : scene.bars().row(step);
        double top =
                row < 0 ? lanes.chapterY() : lanes.y(scene.bars().recording().lane(step), row);
        // What is scrolled out of sight stands at the edge: the way is seen as a whole.
        double low = scene.scroll() + RADIUS + 2;
        return Math.clamp(top + lanes.barHeight() / 2, low, Math.max(low, scene.scroll() + height - RADIUS - 2));
    }

    private static Curve between(Mark from, Mark to) {
        double bend = (to.x() - from.badge()) / 2;
        return Curve.from(from.badge(), from.y())
                .cubic(from.badge() + bend, from.y(), to.x() - bend, to.y(), to.x(), to.y())
                .end();
    }
}
