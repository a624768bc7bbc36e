package org.iommulab.app.timeline;

import java.util.Optional;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Lane;

/**
 * Draws the timeline: an overview of the whole recording on top, a scale, then the lanes with calls as bars, what
 * happened in them as blocks, and the playhead through all of it. Knows no JavaFX.
 */
public final class TimelinePainter {
    /** Where the lanes begin at the left; their names stand before it. */
    public static final double LEFT = 68;

    /** Where the lanes begin at the top. */
    public static final double TOP = 44;

    static final double OVERVIEW_TOP = 4;
    static final double OVERVIEW_HEIGHT = 14;
    static final double RIGHT = 8;
    private static final double RULER_BASELINE = 36;
    private static final Face SMALL = Face.mono(11);
    private static final Face NAME = Face.words(12.5);

    /** How wide the part is that shows steps. */
    public static double room(double width) {
        return Math.max(1, width - LEFT - RIGHT);
    }

    /** How high everything would be without scrolling. */
    public double fullHeight(CallBars bars, double height) {
        return TOP + layout(bars, height).height();
    }

    static LaneLayout layout(CallBars bars, double height) {
        return new LaneLayout(bars, height - TOP);
    }

    public void paint(Pen pen, double width, double height, TimelineScene scene) {
        double room = room(width);
        LaneLayout lanes = layout(scene.bars(), height);
        new OverviewPainter(pen, scene, LEFT, room).paint(OVERVIEW_TOP, OVERVIEW_HEIGHT);
        ruler(pen, room, scene);
        pen.save();
        pen.clip(0, TOP, width, Math.max(1, height - TOP));
        pen.translate(0, TOP - scene.scroll());
        grid(pen, width, lanes);
        pen.save();
        pen.clip(LEFT, scene.scroll(), room, Math.max(1, height - TOP));
        pen.translate(LEFT, 0);
        Optional<TrailPainter> way =
                scene.trail().map(found -> new TrailPainter(pen, room, height - TOP, lanes, scene, found));
        Badges badges = way.map(TrailPainter::badges).orElse(Badges.NONE);
        chapters(pen, room, lanes, scene, badges);
        var painter = new LanePainter(pen, room, lanes, scene);
        painter.paint();
        double head = middle(scene, room);
        pen.stroke(Curve.from(head, 0).to(head, lanes.height()).end(), Line.solid(Tone.ACCENT, 1.6));
        painter.labels(badges);
        way.ifPresent(TrailPainter::paint);
        pen.restore();
        pen.restore();
        handle(pen, room, scene);
    }

    private void grid(Pen pen, double width, LaneLayout lanes) {
        for (Lane lane : Lane.values()) {
            pen.stroke(
                    Curve.from(0, lanes.top(lane))
                            .to(width - RIGHT, lanes.top(lane))
                            .end(),
                    Line.solid(Tone.HAIRLINE, 1));
            pen.text(
                    LaneLayout.title(lane),
                    0,
                    lanes.top(lane) + LaneLayout.PADDING + Math.min(13, lanes.pitch() - 2),
                    NAME,
                    Tone.MUTED);
        }
    }

    private void ruler(Pen pen, double room, TimelineScene scene) {
        Viewport view = scene.viewport();
        double stepWidth = view.stepWidth(room);
        double head = middle(scene, room);
        // the number of the step stands on one side of its dot
        double headRoom = pen.width(Integer.toString(scene.step()), SMALL.strong()) + 18;
        int distance = Ruler.distance(stepWidth, 64);
        long first = Math.max(0, (long) Math.ceil(view.from() / distance) * distance);
        for (long tick = first; tick < view.to() && tick <= scene.bars().length(); tick += distance) {
            double x = view.x((double) tick, room) + stepWidth / 2;
            String text = Long.toString(tick);
            double half = pen.width(text, SMALL) / 2;
            if (Math.abs(x - head) > half + headRoom && x - half > 0 && x + half < room) {
                pen.text(text, LEFT + x, RULER_BASELINE, SMALL, Ink.of(Tone.MUTED), Pen.Align.MIDDLE);
            }
        }
        pen.text("step", 0, RULER_BASELINE, Face.words(11), Tone.MUTED);
    }

    private static double middle(TimelineScene scene, double room) {
        return scene.viewport().x(scene.step() + 0.5, room);
    }

    private void chapters(Pen pen, double room, LaneLayout lanes, TimelineScene scene, Badges badges) {
        BarInk ink = BarInk.of(Tone.PLATFORM, pen.theme());
        Face face = Face.words(lanes.pitch() < 14 ? 9.5 : 11);
        for (Chapter chapter : scene.chapters()) {
            if (!chapter.reached()) {
                continue;
            }
            double from = scene.viewport().x(chapter.firstStep(), room);
            double to = scene.viewport().x(chapter.lastStep() + 1.0, room);
            if (to < 0 || from > room) {
                continue;
            }
            pen.stroke(Curve.from(from, 0).to(from, lanes.height()).end(), Line.solid(Tone.HAIRLINE, 1));
            double left = Math.max(from, -4);
            double right = Math.max(left + 1, Math.min(to - 1, room + 4));
            boolean here = scene.step() >= chapter.firstStep() && scene.step() <= chapter.lastStep();
            pen.fillBox(
                    left, lanes.chapterY(), right - left, lanes.barHeight(), 3, here ? ink.fill() : Ink.of(Tone.SOFT));
            double textLeft = Math.max(left, 0) + 6;
            double textRoom = Math.min(right, room) - 4 - textLeft;
            if (textRoom <= 20) {
                continue;
            }
            double y = lanes.chapterY();
            badges.free(textLeft, Math.min(textRoom, pen.width(chapter.title(), face)), y, y + lanes.barHeight())
                    .ifPresent(free -> pen.text(
                            pen.fit(chapter.title(), face, free.width()),
                            free.x(),
                            y + lanes.barHeight() / 2 + face.size() * 0.36,
                            face,
                            here ? ink.text() : Tone.TEXT));
        }
    }

    private void handle(Pen pen, double room, TimelineScene scene) {
        double x = middle(scene, room);
        if (x < 0 || x > room) {
            return;
        }
        pen.stroke(Curve.from(LEFT + x, RULER_BASELINE).to(LEFT + x, TOP).end(), Line.solid(Tone.ACCENT, 1.6));
        pen.fillCircle(LEFT + x, RULER_BASELINE - 4, 4.5, Ink.of(Tone.ACCENT));
        String text = Integer.toString(scene.step());
        double half = pen.width(text, SMALL.strong());
        boolean fitsRight = x + 9 + half < room;
        pen.text(
                text,
                LEFT + x + (fitsRight ? 9 : -9),
                RULER_BASELINE,
                SMALL.strong(),
                Ink.of(Tone.ACCENT),
                fitsRight ? Pen.Align.START : Pen.Align.END);
    }

    /** The step that a place of the overview stands for. */
    public static int overviewStep(double x, double width, int length) {
        return Viewport.all(length).step(x - LEFT, room(width), length);
    }

    /** The step of the bar or block at this place; empty where nothing is drawn. */
    public Optional<Integer> hit(double x, double y, double width, double height, TimelineScene scene) {
        if (x < LEFT || y < TOP) {
            return Optional.empty();
        }
        return layout(scene.bars(), height)
                .at(y - TOP + scene.scroll())
                .flatMap(place -> new Hit(scene, room(width)).at(x - LEFT, place));
    }
}
