package org.iommulab.app.walk;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.words.Hex;
import org.iommulab.hardware.WalkTrace;

/**
 * One table with the entries around the one that is taken.
 *
 * @param x left edge
 * @param y top of the first row
 * @param width of a row
 * @param pitch from row to row
 * @param face of the numbers
 * @param kinds whether the entry's kind is written at the right
 */
record TableColumn(
        WalkTrace.Level level, Tone tone, double x, double y, double width, double pitch, Face face, boolean kinds) {

    private List<WalkTrace.Entry> entries() {
        return level.around().isEmpty()
                ? List.of(new WalkTrace.Entry(level.index(), level.value(), ""))
                : level.around();
    }

    /** Rows including one for each gap between entries that are not neighbours; a gap is -1. */
    private List<Integer> rows() {
        var rows = new ArrayList<Integer>();
        List<WalkTrace.Entry> entries = entries();
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0 && entries.get(i).index() != entries.get(i - 1).index() + 1) {
                rows.add(-1);
            }
            rows.add(i);
        }
        return rows;
    }

    double height() {
        return rows().size() * pitch;
    }

    /** The middle of the row that is taken. */
    double hitY() {
        List<Integer> rows = rows();
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row) >= 0 && entries().get(rows.get(row)).index() == level.index()) {
                return y + row * pitch + boxHeight() / 2;
            }
        }
        return y + boxHeight() / 2;
    }

    double right() {
        return x + width;
    }

    private double boxHeight() {
        return pitch - 4;
    }

    /** @param lit how strongly the taken entry is marked, 0 to 1 */
    void paint(Pen pen, double lit) {
        List<Integer> rows = rows();
        for (int row = 0; row < rows.size(); row++) {
            double top = y + row * pitch;
            boolean gap = rows.get(row) < 0;
            boolean hit = !gap && entries().get(rows.get(row)).index() == level.index();
            pen.fillBox(x, top, width, boxHeight(), 5, hit && lit > 0.5 ? Ink.of(Tone.PANEL) : Ink.of(Tone.SOFT));
            if (hit && lit > 0) {
                pen.strokeBox(
                        x, top, width, boxHeight(), 5, Line.solid(tone, 1.8).faded(lit));
            }
            double baseline = top + boxHeight() / 2 + 4;
            if (gap) {
                pen.text("...", x + 12, baseline, face, Tone.MUTED);
            } else {
                entry(pen, entries().get(rows.get(row)), baseline, hit && lit > 0.5);
            }
        }
    }

    /** What counts of a number stands on its right: leading zeros go before any other digit. */
    private String shortened(Pen pen, String grouped, double room) {
        if (pen.width(grouped, face) <= room) {
            return grouped;
        }
        String close = grouped.replace(" ", "");
        if (pen.width(close, face) <= room) {
            return close;
        }
        String digits = close.replaceFirst("^0+(?=.)", "");
        if (pen.width(digits, face) <= room) {
            return digits;
        }
        while (digits.length() > 1 && pen.width("…" + digits, face) > room) {
            digits = digits.substring(1);
        }
        return "…" + digits;
    }

    private void entry(Pen pen, WalkTrace.Entry entry, double baseline, boolean hit) {
        double inside = width - 20;
        String index = (kinds ? "0x" : "") + Integer.toHexString(entry.index());
        String widest = (kinds ? "0x" : "") + Integer.toHexString(Math.max(level.entries() - 1, level.index()));
        Face strong = hit ? face.strong() : face;
        double indexWidth = pen.width(widest, face.strong()) + (kinds ? 22 : 10);
        pen.text(index, x + 10, baseline, strong, hit ? tone : Tone.MUTED);
        String grouped = WalkText.entry(level, entry.value());
        // Whole without its gaps, rather than cut off.
        String value = shortened(pen, grouped, inside - indexWidth);
        double valueWidth = pen.width(value, face);
        boolean empty = entry.value() == 0;
        pen.text(
                pen.fit(value, face, inside - indexWidth),
                x + 10 + indexWidth,
                baseline,
                face,
                hit ? Tone.TEXT : empty ? Tone.MUTED : Tone.TEXT);
        double left = inside - indexWidth - valueWidth - 10;
        if (kinds && left > 14) {
            Face words = Face.words(11);
            pen.text(
                    pen.fit(entry.kind(), words, left),
                    x + width - 10,
                    baseline,
                    words,
                    Ink.of(Tone.MUTED),
                    Pen.Align.END);
        }
    }

    /** The table's base, beside its name. */
    String base() {
        return Hex.groups(level.base(), 8);
    }
}
