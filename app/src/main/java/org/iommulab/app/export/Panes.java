package org.iommulab.app.export;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.DryPen;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.Now;
import org.iommulab.app.timeline.CallBars;
import org.iommulab.app.timeline.TimelinePainter;
import org.iommulab.app.timeline.TimelineScene;
import org.iommulab.app.timeline.Viewport;
import org.iommulab.app.walk.WalkPainter;
import org.iommulab.app.walk.WalkScene;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;

/** The panes that stand below the graph, from left to right: the timeline round the step, and the last walk. */
final class Panes {
    /** So many steps of the timeline are seen. */
    private static final double SPAN = 140;

    private static final double EDGE = 20;
    private static final double TITLE = 44;

    private final Run run;
    private final CallBars bars;

    Panes(Run run) {
        this.run = run;
        this.bars = CallBars.of(run.recording());
    }

    List<Painting> at(int step, Moment moment) {
        return List.of(
                titled("Timeline", (pen, width, height) -> timeline(pen, width, height, step)),
                titled("Walk", (pen, width, height) -> walk(pen, width, height, step, moment)));
    }

    private static Painting titled(String title, Painting inner) {
        return (pen, width, height) -> {
            pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
            pen.text(title, EDGE, 30, Face.words(14).strong(), Tone.TEXT);
            pen.save();
            pen.translate(EDGE, TITLE);
            inner.paint(pen, width - 2 * EDGE, height - TITLE - 8);
            pen.restore();
        };
    }

    private void timeline(Pen pen, double width, double height, int step) {
        int length = bars.length();
        double span = Math.clamp(SPAN, Viewport.CLOSEST, Math.max(Viewport.CLOSEST, length + 1.0));
        var view = new Viewport(step - span * 0.6, span).kept(length);
        new TimelinePainter().paint(pen, width, height, new TimelineScene(bars, run.chapters(), step, view, 0, 0));
    }

    private void walk(Pen pen, double width, double height, int step, Moment moment) {
        Optional<WalkScene> walk = WalkScene.of(new Now(run, moment, Sheet.event(run, step)));
        if (walk.isEmpty()) {
            pen.text("No access goes through a unit in this action, or none yet.", 0, 20, Face.words(12.5), Tone.MUTED);
            return;
        }
        // A picture cannot be scrolled, and how a walk ends matters most.
        var painter = new WalkPainter();
        double needed = painter.paint(new DryPen(pen), width, height, walk.get(), 1);
        double scale = Math.min(1, height / needed);
        pen.save();
        pen.scale(scale);
        painter.paint(pen, width / scale, height / scale, walk.get(), 1);
        pen.restore();
    }
}
