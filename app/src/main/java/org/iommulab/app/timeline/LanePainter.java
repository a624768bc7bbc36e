package org.iommulab.app.timeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;

/** Draws the bars and blocks that the viewport shows; x = 0 is its left edge. */
final class LanePainter {
    /** From this width on, each step is drawn; below, how densely they lie. */
    static final double SEPARATE = 3;

    private static final Lane[] LANES = Lane.values();

    private final Pen pen;
    private final double room;
    private final LaneLayout lanes;
    private final Face label;
    private final TimelineScene scene;
    private final CallBars bars;
    private final Viewport view;
    private final double stepWidth;
    private final int first;
    private final int last;
    private final List<Label> labels = new ArrayList<>();

    /** @param room how wide it may be */
    private record Label(String text, double x, double room, double baseline, Tone tone) {}

    LanePainter(Pen pen, double room, LaneLayout lanes, TimelineScene scene) {
        this.pen = pen;
        this.room = room;
        this.lanes = lanes;
        this.scene = scene;
        label = Face.mono(lanes.pitch() < 14 ? 9.5 : 11);
        bars = scene.bars();
        view = scene.viewport();
        stepWidth = view.stepWidth(room);
        first = Math.max(1, (int) Math.floor(view.from()));
        last = Math.min(bars.length(), (int) Math.ceil(view.to()));
    }

    /** Bars and blocks; their labels come on top of the playhead with {@link #labels}. */
    void paint() {
        int shortest = (int) Math.max(1, Math.floor(1.5 / stepWidth));
        bars.index().visit(first, last, shortest, this::call);
        if (stepWidth >= SEPARATE) {
            blocks();
        } else {
            density();
            alarms();
        }
        int current = scene.step() == 0 ? 0 : bars.current(scene.step());
        if (current != 0 && current <= last && bars.end(current) >= first) {
            outline(current, bars.end(current) + 1.0, Tone.ACCENT);
        }
        if (scene.hover() != 0 && scene.hover() <= bars.length() && scene.hover() != current) {
            int end = bars.isCall(scene.hover()) ? bars.end(scene.hover()) : scene.hover();
            outline(scene.hover(), end + 1.0, Tone.TEXT);
        }
    }

    /** @param badges what they must not be under */
    void labels(Badges badges) {
        for (Label each : labels) {
            double width = Math.min(each.room(), pen.width(each.text(), label));
            badges.free(each.x(), width, each.baseline() - label.size() * 0.76, each.baseline() + 2)
                    .ifPresent(free -> pen.text(
                            pen.fit(each.text(), label, free.width()), free.x(), each.baseline(), label, each.tone()));
        }
    }

    // ---- calls

    private void call(int step) {
        if (bars.row(step) < 0) {
            return;
        }
        Lane lane = bars.recording().lane(step);
        double left = Math.max(view.x(step, room), -6);
        double right = Math.min(view.x(bars.end(step) + 1.0, room) - 1, room + 6);
        double width = Math.max(1, right - left);
        double y = lanes.y(lane, bars.row(step));
        BarInk ink = BarInk.of(EventTone.of(lane), pen.theme());
        pen.fillBox(left, y, width, lanes.barHeight(), width < 6 ? 0 : 3, ink.fill());
        double textLeft = Math.max(left, 0) + 5;
        double textRoom = Math.min(right, room) - 4 - textLeft;
        if (textRoom > 26) {
            String name = bars.recording().event(step).term().name();
            labels.add(new Label(name, textLeft, textRoom, baseline(y), ink.text()));
        }
    }

    private double baseline(double y) {
        return y + lanes.barHeight() / 2 + label.size() * 0.36;
    }

    private void outline(int step, double end, Tone tone) {
        // The call that plays a chapter is drawn as the chapter, which begins one step before.
        boolean chapter = step > 1 && bars.recording().kind(step - 1) == EventKind.CHAPTER;
        double left = Math.max(view.x(chapter ? step - 1 : step, room), -6);
        double right = Math.min(Math.max(view.x(end, room) - 1, left + 2), room + 6);
        double y = lanes.y(bars.recording().lane(step), bars.row(step));
        pen.strokeBox(left, y, right - left, lanes.barHeight(), 3, Line.solid(tone, 2));
    }

    // ---- blocks

    /** Whether an event is a block of its own: everything but calls, their returns and chapters. */
    static boolean isBlock(EventKind kind) {
        return switch (kind) {
            case CHAPTER, ENTER, CALLBACK, LEAVE -> false;
            default -> true;
        };
    }

    /** From right to left, so that a label knows where the next thing of its row begins. */
    private void blocks() {
        Recording recording = bars.recording();
        double[][] next = new double[LANES.length][];
        for (Lane lane : LANES) {
            next[lane.ordinal()] = new double[bars.rows(lane) + 1];
            Arrays.fill(next[lane.ordinal()], room);
        }
        for (int step = last; step >= first; step--) {
            EventKind kind = recording.kind(step);
            if (kind == EventKind.CHAPTER || kind == EventKind.LEAVE || bars.row(step) < 0) {
                continue;
            }
            double[] ofLane = next[recording.lane(step).ordinal()];
            int row = bars.row(step);
            if (isBlock(kind)) {
                block(recording.event(step), row, ofLane[row]);
            }
            ofLane[row] = view.x(step, room);
        }
    }

    private void block(Event event, int row, double nextLeft) {
        double left = view.x(event.step(), room);
        double width = Math.max(2, Math.min(stepWidth - 1, 26));
        double y = lanes.y(event.lane(), row);
        Tone tone = EventTone.of(event);
        shape(event, left, y, width, tone);
        double textLeft = left + width + 4;
        double textRoom = Math.min(nextLeft, room) - 6 - textLeft;
        String text = BlockText.of(bars.recording(), event);
        if (textRoom > 26 && textLeft > 0) {
            Tone ink = tone == Tone.DANGER ? Tone.DANGER : Tone.MUTED;
            labels.add(new Label(text, textLeft, textRoom, baseline(y), ink));
        }
    }

    private void shape(Event event, double left, double y, double width, Tone tone) {
        double height = lanes.barHeight();
        double middle = left + width / 2;
        double centre = y + height / 2;
        double half = Math.min(5.5, Math.max(1.5, width / 2));
        switch (event) {
            case Event.Check _ when tone == Tone.DANGER -> triangle(middle, centre, Math.max(4, half + 0.5));
            case Event.Warn _, Event.UseAfterFree _ -> triangle(middle, centre, Math.max(4, half + 0.5));
            case Event.Oops _, Event.Hang _ -> {
                double radius = Math.max(4, half);
                pen.fillCircle(middle, centre, radius, Ink.of(Tone.DANGER));
                pen.fillBox(
                        middle - radius * 0.6,
                        centre - 1,
                        radius * 1.2,
                        2,
                        0,
                        Ink.of(BarInk.of(tone, pen.theme()).text()));
            }
            case Event.Fault _, Event.Interrupt _ -> diamond(middle, centre, Math.max(3.5, half), tone);
            case Event.Log _, Event.Tracepoint _ -> pen.strokeCircle(middle, centre, half, Line.solid(Tone.MUTED, 1.3));
            case Event.Missing _ ->
                pen.strokeBox(left + 0.5, y + 0.5, Math.max(2, width - 1), height - 1, 2, Line.dashed(tone, 1.3));
            default ->
                pen.fillBox(
                        left, y, width, height, 2, BarInk.of(tone, pen.theme()).fill());
        }
    }

    private void triangle(double x, double y, double half) {
        pen.fill(
                Curve.from(x, y - half)
                        .to(x + half * 1.1, y + half * 0.9)
                        .to(x - half * 1.1, y + half * 0.9)
                        .close(),
                Ink.of(Tone.DANGER));
    }

    private void diamond(double x, double y, double half, Tone tone) {
        pen.fill(
                Curve.from(x, y - half)
                        .to(x + half, y)
                        .to(x, y + half)
                        .to(x - half, y)
                        .close(),
                Ink.of(tone));
    }

    // ---- zoomed out

    private void density() {
        double column = 2;
        double perColumn = column / stepWidth;
        for (Lane lane : LANES) {
            Tone tone = EventTone.of(lane);
            double y = lanes.stripY(lane);
            for (double x = 0; x < room; x += column) {
                double from = view.from() + x / stepWidth;
                double count = bars.density().count(lane, from, from + perColumn);
                if (count > 0.05) {
                    double share = Math.min(1, count / perColumn);
                    pen.fillBox(x, y, column, LaneLayout.STRIP, 0, new Ink(tone, 0.25 + 0.75 * share));
                }
            }
        }
    }

    private void alarms() {
        int[] alarms = bars.density().alarms();
        int at = Arrays.binarySearch(alarms, first);
        double[] drawn = new double[LANES.length];
        Arrays.fill(drawn, -20);
        for (int i = at >= 0 ? at : -at - 1; i < alarms.length && alarms[i] <= last; i++) {
            Lane lane = bars.recording().lane(alarms[i]);
            double x = view.x(alarms[i] + 0.5, room);
            if (x - drawn[lane.ordinal()] >= 9) {
                drawn[lane.ordinal()] = x;
                double y = lanes.y(lane, bars.row(alarms[i])) + lanes.barHeight() / 2;
                triangle(x, y, 4.5);
            }
        }
    }
}
