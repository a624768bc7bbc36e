package org.iommulab.app.walk;

import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.words.Hex;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;

/** The walk for the small pane: three entries of each table, or one where it is tight, two tables side by side. */
final class CompactWalk {
    private static final double GAP = 16;
    private static final Face MONO = Face.mono(11);
    private static final Face WORDS = Face.words(11);

    private final Pen pen;
    private final double width;
    private final WalkScene scene;
    private final WalkTrace trace;
    private final double progress;
    private final boolean tight;

    /** @param tight whether there is too little room for the entries on both sides of those that are taken */
    CompactWalk(Pen pen, double width, WalkScene scene, double progress, boolean tight) {
        this.pen = pen;
        this.width = width - 1;
        this.scene = scene;
        this.trace = scene.trace();
        this.progress = progress;
        this.tight = tight;
    }

    double paint() {
        Face words = Face.words(12.5);
        pen.text(pen.fit(scene.headline(), words, width), 0, 14, words, Tone.MUTED);
        double y = fields(tight ? 22 : 26);
        y = tables(y + (tight ? 16 : 20));
        y = sentence(y);
        y = verdict(y + (tight ? 4 : 8));
        y = tlb(y + (tight ? 17 : 22));
        return y + (tight ? 4 : 8);
    }

    private double fields(double y) {
        List<BitField> fields = trace.fields();
        if (fields.isEmpty()) {
            return y;
        }
        double each = (width - 8.0 * (fields.size() - 1)) / fields.size();
        for (int i = 0; i < fields.size(); i++) {
            BitField field = fields.get(i);
            Tone tone = WalkTones.field(trace, i);
            double x = i * (each + 8) + 1;
            pen.fillBox(x, y, each - 2, 42, 6, Ink.of(Tone.SOFT));
            pen.strokeBox(x, y, each - 2, 42, 6, Line.solid(tone, 1.4));
            pen.text(
                    pen.fit(WalkText.small(field.name()), WORDS.strong(), each - 18),
                    x + 8,
                    y + 17,
                    WORDS.strong(),
                    tone);
            pen.text(pen.fit(Hex.plain(field.value()), MONO, each - 18), x + 8, y + 34, MONO, Tone.TEXT);
        }
        return y + 42;
    }

    private double tables(double y) {
        List<WalkTrace.Level> levels = trace.levels();
        double each = levels.size() < 2 ? width : (width - GAP) / 2;
        double bottom = y;
        double top = y;
        TableColumn before = null;
        for (int i = 0; i < levels.size(); i++) {
            WalkTrace.Level level = levels.get(i);
            double x = i % 2 * (each + GAP);
            if (i % 2 == 0) {
                top = i == 0 ? y : bottom + 18;
            }
            TableColumn column = new TableColumn(near(level), WalkTones.level(i), x, top + 8, each, 26, MONO, false);
            double lit = lit(i);
            String name = WalkText.small(level.name());
            pen.text(name, x, top, WORDS.strong(), Tone.MUTED);
            double room = each - pen.width(name, WORDS.strong()) - 12;
            pen.text(pen.fit(column.base(), MONO, room), x + each, top, MONO, Ink.of(Tone.MUTED), Pen.Align.END);
            if (before != null && lit > 0 && i % 2 == 1) {
                double from = before.right();
                double to = from + (x - from) * Math.min(1, lit * 1.6);
                Line line = Line.solid(WalkTones.level(i - 1), 1.8);
                pen.stroke(Curve.from(from, before.hitY()).to(to, before.hitY()).end(), line);
                if (lit < 1) {
                    pen.fillCircle(to, before.hitY(), 4, Ink.of(Tone.ACCENT));
                }
            }
            column.paint(pen, lit);
            bottom = Math.max(bottom, column.y() + column.height());
            before = column;
        }
        return bottom;
    }

    /** The entry that is taken, with its neighbours where there is room: in the middle where it has two. */
    private WalkTrace.Level near(WalkTrace.Level level) {
        List<WalkTrace.Entry> near = level.around().stream()
                .filter(entry -> Math.abs(entry.index() - level.index()) <= (tight ? 0 : 1))
                .toList();
        return new WalkTrace.Level(
                level.name(),
                level.base(),
                level.entryBytes(),
                level.entries(),
                level.index(),
                level.value(),
                level.decoded(),
                level.sentence(),
                near);
    }

    private double lit(int level) {
        if (!scene.walked()) {
            return 0;
        }
        boolean newest = level == scene.reads() - 1 && !scene.over();
        return level >= scene.reads() ? 0 : newest ? progress : 1;
    }

    private double sentence(double y) {
        String text = !scene.walked()
                ? trace.levels().isEmpty() ? "" : "The tables were not read."
                : scene.reads() == 0
                        ? ""
                        : trace.levels().get(scene.reads() - 1).sentence();
        double at = y + 12;
        for (String line : Wrap.lines(pen, text, WORDS, width)) {
            pen.text(line, 0, at, WORDS, Tone.MUTED);
            at += 15;
        }
        return at - 8;
    }

    private double verdict(double y) {
        if (!scene.over()) {
            return y;
        }
        Tone tone = WalkTones.verdict(trace.verdict());
        pen.fillBox(1, y, width - 2, 50, 8, Ink.of(Tone.SOFT));
        pen.strokeBox(1, y, width - 2, 50, 8, Line.solid(tone, 1.6));
        boolean fault = trace.verdict() instanceof WalkTrace.Verdict.Refused;
        Face usual = Face.mono(14).strong();
        String text = (fault ? "Fault: " : "") + WalkText.verdict(trace.verdict());
        Face face = pen.width(text, usual) > width - 28 ? Face.mono(11.5).strong() : usual;
        pen.text(pen.fit(text, face, width - 28), 14, y + 22, face, tone);
        pen.text(pen.fit(WalkText.verdictRemark(trace.verdict()), WORDS, width - 28), 14, y + 39, WORDS, Tone.MUTED);
        return y + 50;
    }

    private double tlb(double y) {
        boolean odd = !scene.note().isEmpty();
        String text = odd ? scene.note() : "IOTLB: " + WalkText.tlb(trace);
        double at = y;
        for (String line : Wrap.lines(pen, text, WORDS, width)) {
            pen.text(line, 0, at, WORDS, odd ? Tone.DANGER : Tone.MUTED);
            at += 15;
        }
        return at - 15;
    }
}
