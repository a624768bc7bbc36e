package org.iommulab.app.walk;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.words.Hex;
import org.iommulab.hardware.WalkTrace;

/**
 * A walk of two stages as a grid: one row for each entry of stage 1, which stands at its end, behind the entries of stage 2
 * that tell where it lies; and a last row for the page. Above it is how the unit came to the tables. Cells are numbered in
 * the order of the reads.
 */
final class TwoStageWalk {
    private static final double GAP = 18;
    private static final double SMALL_GAP = 6;
    private static final Face MONO = Face.mono(11);
    private static final Face WORDS = Face.words(12.5);
    private static final Face SMALL = Face.words(11);

    private final Pen pen;
    private final WalkScene scene;
    private final WalkTrace trace;
    private final double progress;
    private final boolean large;
    private final double left;
    private final double right;
    private final double gap;
    private final double cellWidth;
    private final double cellHeight;
    private final int columns;

    TwoStageWalk(Pen pen, double width, WalkScene scene, double progress) {
        this.pen = pen;
        this.scene = scene;
        this.trace = scene.trace();
        this.progress = progress;
        this.large = width >= WalkPainter.LARGE;
        this.left = large ? 24 : 1;
        this.right = large ? width - 24 : width - 1;
        this.gap = large ? GAP : SMALL_GAP;
        this.columns = rows().stream().mapToInt(row -> row.cells().size()).max().orElse(0);
        int most = Math.max(columns, (int) before());
        this.cellWidth = Math.min(220, (right - left - gap * (most - 1)) / Math.max(1, most));
        this.cellHeight = large ? 46 : 24;
    }

    /** Whether a walk is one of two stages. */
    static boolean fits(WalkTrace trace) {
        return trace.levels().stream().anyMatch(level -> level.stage() == 1);
    }

    /** @param cells places in the list of levels */
    private record Row(List<Integer> cells) {}

    /** Entries that tell of the device, before any table. */
    private long before() {
        return trace.levels().stream().filter(level -> level.stage() == 0).count();
    }

    private List<Row> rows() {
        var rows = new ArrayList<Row>();
        var row = new ArrayList<Integer>();
        for (int i = (int) before(); i < trace.levels().size(); i++) {
            row.add(i);
            if (trace.levels().get(i).stage() == 1) {
                rows.add(new Row(List.copyOf(row)));
                row.clear();
            }
        }
        if (!row.isEmpty()) {
            rows.add(new Row(List.copyOf(row)));
        }
        return rows;
    }

    double paint() {
        double y = head();
        y = device(y);
        y = grid(y + (large ? 34 : 24));
        y = sentence(y + 6);
        return verdict(y + 8) + (large ? 24 : 8);
    }

    private double head() {
        double y = large ? 36 : 14;
        double x = left;
        if (large) {
            Face title = Face.words(14).strong();
            pen.text("Two stages in one walk", left, y, title, Tone.TEXT);
            x += pen.width("Two stages in one walk", title) + 16;
        }
        String count = scene.done() + " of " + scene.total() + " reads";
        pen.text(count, right, y, WORDS, Ink.of(Tone.MUTED), Pen.Align.END);
        pen.text(
                pen.fit(scene.headline(), WORDS, Math.max(20, right - pen.width(count, WORDS) - 16 - x)),
                x,
                y,
                WORDS,
                Tone.MUTED);
        String tlb = scene.note().isEmpty() ? "IOTLB: " + WalkText.tlb(trace) : scene.note();
        double second = y + (large ? 24 : 18);
        pen.text(
                pen.fit(tlb, SMALL, right - left),
                left,
                second,
                SMALL,
                scene.note().isEmpty() ? Tone.MUTED : Tone.DANGER);
        return second;
    }

    private double device(double y) {
        int count = (int) before();
        if (count == 0) {
            return y;
        }
        double top = y + (large ? 30 : 10);
        if (large) {
            pen.text("Which tables are the device's", left, top, SMALL.strong(), Tone.MUTED);
            top += 10;
        }
        for (int i = 0; i < count; i++) {
            cell(i, x(i), top);
        }
        return top + cellHeight;
    }

    private double x(int column) {
        return left + column * (cellWidth + gap);
    }

    private double grid(double y) {
        titles(y);
        double top = y + (large ? 12 : 8);
        double pitch = cellHeight + (large ? 16 : 8);
        double end = x(columns - 1);
        List<Row> rows = rows();
        for (int i = 0; i < rows.size(); i++) {
            List<Integer> cells = rows.get(i).cells();
            for (int column = 0; column < cells.size(); column++) {
                int index = cells.get(column);
                boolean first = trace.levels().get(index).stage() == 1;
                double x = first ? end : x(column);
                if (column > 0) {
                    join(x(column - 1) + cellWidth, x, top + cellHeight / 2, index);
                } else if (i > 0) {
                    back(end + cellWidth / 2, top - pitch + cellHeight, x + cellWidth / 2, top, index);
                }
                cell(index, x, top);
            }
            top += pitch;
        }
        return top - (large ? 16 : 8);
    }

    private void titles(double y) {
        List<Integer> first = rows().isEmpty() ? List.of() : rows().getFirst().cells();
        for (int column = 0; column < first.size(); column++) {
            WalkTrace.Level level = trace.levels().get(first.get(column));
            boolean one = level.stage() == 1;
            String text = large
                    ? one ? "Stage 1, the guest's" : WalkText.title(level.name())
                    : one ? "stage 1" : column == 0 ? "stage 2" : level.name().replace("stage 2, level ", "L");
            pen.text(
                    pen.fit(text, SMALL.strong(), cellWidth),
                    one ? x(columns - 1) : x(column),
                    y,
                    SMALL.strong(),
                    tone(level));
        }
    }

    private static Tone tone(WalkTrace.Level level) {
        return switch (level.stage()) {
            case 1 -> Tone.NESTED;
            case 2 -> Tone.UNMANAGED;
            default -> Tone.KERNEL;
        };
    }

    private double lit(int index) {
        if (!scene.walked() || index >= scene.reads()) {
            return 0;
        }
        return index == scene.reads() - 1 && !scene.over() ? progress : 1;
    }

    private void join(double from, double to, double y, int index) {
        if (lit(index) > 0) {
            pen.stroke(
                    Curve.from(from, y).to(to, y).end(),
                    Line.solid(tone(trace.levels().get(index)), 1.8));
        }
    }

    /** From an entry of stage 1 to the next question that stage 2 is asked. */
    private void back(double x1, double y1, double x2, double y2, int index) {
        if (lit(index) > 0) {
            double middle = (y1 + y2) / 2;
            pen.stroke(
                    Curve.from(x1, y1).to(x1, middle).to(x2, middle).to(x2, y2).end(), Line.solid(Tone.NESTED, 1.6));
        }
    }

    private void cell(int index, double x, double y) {
        WalkTrace.Level level = trace.levels().get(index);
        double lit = lit(index);
        Tone tone = tone(level);
        pen.fillBox(x, y, cellWidth, cellHeight, 6, Ink.of(lit > 0.5 ? Tone.PANEL : Tone.SOFT));
        if (lit > 0) {
            boolean newest = index == scene.reads() - 1 && !scene.over();
            pen.strokeBox(
                    x,
                    y,
                    cellWidth,
                    cellHeight,
                    6,
                    Line.solid(tone, newest ? 2.4 : 1.4).faded(lit));
        }
        String number = Integer.toString(index + 1);
        double numberLeft = x + cellWidth - 8 - pen.width(number, SMALL);
        if (!large) {
            pen.text(
                    number,
                    x + (cellWidth - pen.width(number, SMALL)) / 2,
                    y + 16,
                    SMALL,
                    lit > 0.5 ? tone : Tone.MUTED);
            return;
        }
        String place = level.stage() == 0
                ? WalkText.title(level.name())
                : WalkText.title(level.name().substring(level.name().indexOf(',') + 2)) + " ["
                        + Hex.plain(level.index()) + "]";
        pen.text(pen.fit(place, SMALL, numberLeft - x - 16), x + 8, y + 18, SMALL, lit > 0.5 ? Tone.TEXT : Tone.MUTED);
        pen.text(number, numberLeft, y + 18, SMALL, lit > 0.5 ? tone : Tone.MUTED);
        String value = lit > 0.5 ? Hex.plain(level.value()) : "";
        if (!value.isEmpty()) {
            pen.text(pen.fit(value, MONO, cellWidth - 16), x + 8, y + 36, MONO, tone);
        }
    }

    private double sentence(double y) {
        String text = !scene.walked()
                ? "The tables were not read: the IOTLB had the result of both stages."
                : scene.reads() == 0 ? "" : newest();
        double at = y + 12;
        for (String line : Wrap.lines(pen, text, large ? WORDS : SMALL, right - left)) {
            pen.text(line, left, at, large ? WORDS : SMALL, Tone.MUTED);
            at += large ? 18 : 15;
        }
        return at - 12;
    }

    private String newest() {
        WalkTrace.Level level = trace.levels().get(scene.reads() - 1);
        return scene.reads() + ". " + WalkText.title(level.name()) + " at " + WalkText.address(level.entryAddress())
                + " is " + Hex.plain(level.value()) + ". " + level.sentence();
    }

    private double verdict(double y) {
        if (!scene.over()) {
            return y;
        }
        Tone tone = WalkTones.verdict(trace.verdict());
        double width = right - left;
        pen.fillBox(left, y, width, 54, 8, Ink.of(Tone.SOFT));
        pen.strokeBox(left, y, width, 54, 8, Line.solid(tone, 1.6));
        Face face = Face.mono(large ? 14 : 11.5).strong();
        pen.text(pen.fit(WalkText.verdict(trace.verdict()), face, width - 28), left + 14, y + 23, face, tone);
        pen.text(
                pen.fit(WalkText.verdictRemark(trace.verdict()), SMALL, width - 28),
                left + 14,
                y + 42,
                SMALL,
                Tone.MUTED);
        return y + 54;
    }
}
