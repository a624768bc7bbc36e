package org.iommulab.app.export;

import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.draw.Wrap;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;

/** What the drivers' tables hold in this kernel, and the rules that are watched. */
record RulesPart(Run run, Moment moment) implements Painting {
    private static final double ROW = 24;
    private static final double EDGE = 20;

    @Override
    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        double y = rules(pen, width, 32);
        List<Run.CallbackEntry> entries = run.callbacks();
        if (!entries.isEmpty() && y + 120 < height) {
            pen.fillBox(EDGE, y, width - 2 * EDGE, 1, 0, Ink.of(Tone.HAIRLINE));
            callbacks(pen, entries, width, y + 32, height);
        }
    }

    private double rules(Pen pen, double width, double top) {
        pen.text("Rules watched", EDGE, top, Face.words(14).strong(), Tone.TEXT);
        double y = top + 30;
        for (Moment.RuleView rule : moment.rules()) {
            mark(pen, RuleState.of(rule), y);
            Face face = Face.words(12.5);
            Tone tone = rule.brokenNow() ? Tone.TEXT : Tone.MUTED;
            List<String> title = Wrap.lines(pen, rule.title(), face, width - 2 * EDGE - 20, 2);
            for (int i = 0; i < title.size(); i++) {
                y += i * 17;
                pen.text(title.get(i), EDGE + 20, y + 4.5, face, tone);
            }
            if (rule.brokenNow() && !rule.sentence().isEmpty()) {
                Face small = Face.words(11);
                for (String line : Wrap.lines(pen, rule.sentence(), small, width - 2 * EDGE - 20, 3)) {
                    y += 16;
                    pen.text(line, EDGE + 20, y + 5, small, rule.suspicion() ? Tone.UNMANAGED : Tone.DANGER);
                }
                y += 4;
            }
            y += ROW;
        }
        return y;
    }

    /** A broken rule is a cross, one that holds a dot, a suspicious one the matrix' triangle. */
    private static void mark(Pen pen, RuleState state, double y) {
        Curve triangle = Curve.triangle(EDGE + 5, y, 4);
        switch (state) {
            case HOLDS -> pen.fillCircle(EDGE + 5, y, 4.5, Ink.of(Tone.IDENTITY));
            case WAS_SUSPICIOUS -> pen.stroke(triangle, Line.solid(Tone.UNMANAGED, 1.6));
            case WAS_BROKEN -> pen.strokeCircle(EDGE + 5, y, 4, Line.solid(Tone.DANGER, 1.6));
            case SUSPICIOUS -> pen.fill(triangle, Ink.of(Tone.UNMANAGED));
            case BROKEN -> {
                Line line = Line.solid(Tone.DANGER, 2);
                pen.stroke(Curve.from(EDGE + 1, y - 4).to(EDGE + 9, y + 4).end(), line);
                pen.stroke(Curve.from(EDGE + 1, y + 4).to(EDGE + 9, y - 4).end(), line);
            }
        }
    }

    private static void callbacks(Pen pen, List<Run.CallbackEntry> entries, double width, double top, double height) {
        String table = entries.getFirst().table();
        Face title = Face.words(14).strong();
        pen.text("Driver callbacks", EDGE, top, title, Tone.TEXT);
        double room = width - 3 * EDGE - pen.width("Driver callbacks", title);
        Face mono = Face.mono(11);
        pen.text(pen.fit(table, mono, room), width - EDGE, top, mono, Ink.of(Tone.MUTED), Pen.Align.END);
        double y = top + 28;
        for (Run.CallbackEntry entry : entries) {
            if (y > height - 12 || !entry.table().equals(table)) {
                return;
            }
            Face name = Face.mono(12);
            pen.text(entry.callback(), EDGE, y + 4, name, entry.present() ? Tone.TEXT : Tone.MUTED);
            if (entry.present()) {
                pen.fillCircle(width - EDGE - 5, y, 4.5, Ink.of(Tone.IDENTITY));
            } else {
                double end = EDGE + pen.width(entry.callback(), name);
                pen.stroke(Curve.from(EDGE, y).to(end, y).end(), Line.solid(Tone.MUTED, 1.2));
                Face small = Face.words(11);
                String remark = pen.fit(entry.remark(), small, width - EDGE - end - 12);
                pen.text(remark, width - EDGE, y + 4, small, Ink.of(Tone.MUTED), Pen.Align.END);
            }
            y += ROW;
        }
    }
}
