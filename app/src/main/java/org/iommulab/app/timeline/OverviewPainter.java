package org.iommulab.app.timeline;

import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Trail;
import org.iommulab.scenario.Chapter;

/** The strip with the whole recording: chapters, warnings, the part that is seen below, the playhead. */
final class OverviewPainter {
    private final Pen pen;
    private final TimelineScene scene;
    private final double left;
    private final double room;

    OverviewPainter(Pen pen, TimelineScene scene, double left, double room) {
        this.pen = pen;
        this.scene = scene;
        this.left = left;
        this.room = room;
    }

    void paint(double y, double height) {
        int length = scene.bars().length();
        Viewport all = Viewport.all(length);
        pen.fillBox(left, y, room, height, 3, Ink.of(Tone.SOFT));
        for (Chapter chapter : scene.chapters()) {
            if (chapter.reached() && chapter.index() % 2 == 1) {
                double from = all.x(chapter.firstStep(), room);
                double to = Math.min(room, all.x(chapter.lastStep() + 1.0, room));
                pen.fillBox(left + from, y, Math.max(1, to - from), height, 0, Ink.of(Tone.HAIRLINE));
            }
        }
        double last = -10;
        for (int step : scene.bars().density().alarms()) {
            double x = all.x(step + 0.5, room);
            if (x - last >= 2) {
                pen.fillBox(left + Math.min(x, room - 2), y + 3, 2, height - 6, 0, Ink.of(Tone.DANGER));
                last = x;
            }
        }
        scene.trail().ifPresent(way -> {
            double begin = left + all.x(way.first() + 0.5, room);
            double end = left + all.x(way.last() + 0.5, room);
            pen.fillBox(begin, y + height / 2 - 1, Math.max(1, end - begin), 2, 0, Ink.of(Tone.DANGER));
            for (Trail.Link link : way.links()) {
                pen.fillCircle(left + all.x(link.step() + 0.5, room), y + height / 2, 3, Ink.of(Tone.DANGER));
            }
        });
        Viewport view = scene.viewport();
        double from = Math.max(0, all.x(view.from(), room));
        double to = Math.min(room, all.x(view.to(), room));
        if (view.span() < all.span() - 0.5) {
            pen.strokeBox(left + from, y, Math.max(3, to - from), height, 3, Line.solid(Tone.MUTED, 1.2));
        }
        double head = all.x(scene.step() + 0.5, room);
        pen.fillBox(left + Math.clamp(head - 1, 0, room - 2), y, 2, height, 0, Ink.of(Tone.ACCENT));
    }
}
