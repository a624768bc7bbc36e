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
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;

/** The walk with room: whole tables side by side, the newest entry bit by bit, the list of memory reads. */
final class LargeWalk {
    private static final double PAD = 24;
    private static final double PITCH = 34;
    private static final double FIELDS = 60;
    private static final double TABLES = 162;
    private static final Face MONO = Face.mono(12.5);
    private static final Face WORDS = Face.words(12.5);
    private static final Face SMALL = Face.words(11);

    private final Pen pen;
    private final double right;
    private final double detailLeft;
    private final WalkScene scene;
    private final WalkTrace trace;
    private final double progress;
    private final List<TableColumn> columns;

    LargeWalk(Pen pen, double width, WalkScene scene, double progress) {
        this.pen = pen;
        this.right = width - PAD;
        this.scene = scene;
        this.trace = scene.trace();
        this.progress = progress;
        double inside = right - PAD;
        detailLeft = trace.levels().isEmpty() ? PAD : right - Math.clamp(inside * 0.4, 250, 500);
        columns = columns();
    }

    private List<TableColumn> columns() {
        var made = new ArrayList<TableColumn>();
        int count = trace.levels().size();
        double gap = count > 2 ? 32 : 60;
        double each = Math.min(300, (detailLeft - gap - PAD - gap * (count - 1)) / Math.max(1, count));
        Face face = each < 190 ? Face.mono(11) : MONO;
        for (int i = 0; i < count; i++) {
            made.add(new TableColumn(
                    trace.levels().get(i),
                    WalkTones.level(i),
                    PAD + i * (each + gap),
                    TABLES,
                    each,
                    PITCH,
                    face,
                    true));
        }
        return made;
    }

    double paint() {
        head();
        fields();
        tables();
        double bottom =
                TABLES + columns.stream().mapToDouble(TableColumn::height).max().orElse(0);
        double detail = detail();
        return Math.max(reads(Math.max(bottom, columns.isEmpty() ? detail : 0) + 40), detail) + PAD;
    }

    private void head() {
        Face title = Face.words(14).strong();
        pen.text("Page-table walk", PAD, 36, title, Tone.TEXT);
        double left = PAD + pen.width("Page-table walk", title) + 16;
        String count = scene.total() == 0
                ? "no memory read"
                : "memory read " + Math.max(1, Math.min(scene.done(), scene.total())) + " of " + scene.total();
        pen.text(count, right, 36, WORDS, Ink.of(Tone.MUTED), Pen.Align.END);
        String line = scene.headline() + (scene.unit().isEmpty() ? "" : " through " + scene.unit());
        double room = right - pen.width(count, WORDS) - 16 - left;
        pen.text(pen.fit(line, WORDS, room), left, 36, WORDS, Tone.MUTED);
    }

    // ---- the address

    private void fields() {
        double tlbWidth = Math.min(276, (right - PAD) * 0.24);
        double room = right - PAD - tlbWidth - 22;
        List<BitField> fields = trace.fields();
        double gaps = 6.0 * Math.max(0, fields.size() - 1);
        double least = Math.min(84, (room - gaps) / Math.max(1, fields.size()));
        int bits = fields.stream().mapToInt(f -> f.high() - f.low() + 1).sum();
        double spread = room - gaps - least * fields.size();
        double x = PAD;
        for (int i = 0; i < fields.size(); i++) {
            BitField field = fields.get(i);
            double width = least + spread * (field.high() - field.low() + 1) / Math.max(1, bits);
            bitBox(field, WalkTones.field(trace, i), x, FIELDS, width);
            x += width + 6;
        }
        double left = right - tlbWidth;
        pen.fillBox(left, FIELDS, tlbWidth, 52, 7, Ink.of(Tone.SOFT));
        pen.text("IOTLB", left + 14, FIELDS + 22, SMALL.strong(), Tone.MUTED);
        boolean odd = !scene.note().isEmpty();
        pen.text(
                pen.fit(odd ? "hit on a stale entry" : WalkText.tlb(trace), WORDS, tlbWidth - 28),
                left + 14,
                FIELDS + 42,
                WORDS,
                odd ? Tone.DANGER : Tone.TEXT);
    }

    private void bitBox(BitField field, Tone tone, double x, double y, double width) {
        pen.fillBox(x, y, width, 52, 7, Ink.of(Tone.SOFT));
        pen.strokeBox(x, y, width, 52, 7, Line.solid(tone, 1.4));
        String bits = WalkText.bits(field);
        double inside = width - 20;
        double bitsWidth = pen.width(bits, Face.mono(11));
        double nameRoom = inside - bitsWidth - 8;
        pen.text(pen.fit(field.name(), SMALL.strong(), Math.max(10, nameRoom)), x + 10, y + 22, SMALL.strong(), tone);
        if (nameRoom > 10) {
            pen.text(bits, x + width - 10, y + 22, Face.mono(11), Ink.of(Tone.MUTED), Pen.Align.END);
        }
        pen.text(pen.fit(Hex.plain(field.value()), MONO, inside), x + 10, y + 42, MONO, Tone.TEXT);
    }

    // ---- the tables

    private void tables() {
        for (int i = 0; i < columns.size(); i++) {
            TableColumn column = columns.get(i);
            String name = WalkText.title(column.level().name());
            pen.text(name, column.x(), TABLES - 12, WORDS.strong(), Tone.TEXT);
            double room = column.width() - pen.width(name, WORDS.strong()) - 10;
            pen.text(
                    pen.fit("0x" + column.base(), Face.mono(11), room),
                    column.right(),
                    TABLES - 12,
                    Face.mono(11),
                    Ink.of(Tone.MUTED),
                    Pen.Align.END);
            if (i > 0 && lit(i) > 0) {
                TableColumn before = columns.get(i - 1);
                link(
                        before.right(),
                        before.hitY(),
                        column.x(),
                        column.hitY(),
                        before.tone(),
                        Math.min(1, lit(i) * 1.8));
            }
            column.paint(pen, i == 0 ? lit(i) : Math.clamp(lit(i) * 2 - 1, 0, 1));
        }
    }

    private double lit(int level) {
        if (!scene.walked() || level >= scene.reads()) {
            return 0;
        }
        return isNewest(level) ? progress : 1;
    }

    private boolean isNewest(int level) {
        return level == scene.reads() - 1 && !scene.over();
    }

    /** A line from a taken entry to where it leads, as far as it has come. */
    private void link(double x1, double y1, double x2, double y2, Tone tone, double part) {
        double middle = (x1 + x2) / 2;
        if (part >= 1) {
            pen.stroke(Curve.from(x1, y1).cubic(middle, y1, middle, y2, x2, y2).end(), Line.solid(tone, 2));
            return;
        }
        var path = Curve.from(x1, y1);
        double x = x1;
        double y = y1;
        for (double t = 0.05; t <= part; t += 0.05) {
            double s = 1 - t;
            double along = 3 * s * s * t * middle + 3 * s * t * t * middle;
            x = s * s * s * x1 + along + t * t * t * x2;
            y = s * s * s * y1 + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t * t * t * y2;
            path.to(x, y);
        }
        pen.stroke(path.end(), Line.solid(tone, 2));
        pen.fillCircle(x, y, 5, Ink.of(Tone.ACCENT));
    }

    // ---- the newest entry and the end

    private double detail() {
        double y = TABLES;
        if (columns.isEmpty() || !scene.walked()) {
            String why = columns.isEmpty() ? "No table was read." : "The tables were not read: the TLB answered.";
            pen.text(why, detailLeft, TABLES - 12, WORDS, Tone.MUTED);
            y = TABLES;
        } else if (scene.reads() == 0) {
            pen.text("The walk starts at the table base.", detailLeft, TABLES - 12, WORDS, Tone.MUTED);
        } else {
            y = entry(scene.reads() - 1);
        }
        if (scene.over()) {
            y = verdict(y + 14);
        }
        return y;
    }

    private double entry(int index) {
        WalkTrace.Level level = trace.levels().get(index);
        TableColumn column = columns.get(index);
        double opacity = isNewest(index) ? Math.clamp(progress * 2.5 - 1.5, 0, 1) : 1;
        if (opacity <= 0) {
            return TABLES;
        }
        String title = "Entry " + Hex.plain(level.value()) + ", bit by bit";
        pen.text(
                pen.fit(title, WORDS.strong(), right - detailLeft), detailLeft, TABLES - 12, WORDS.strong(), Tone.TEXT);
        double x = detailLeft;
        double y = TABLES;
        for (BitField field : level.decoded()) {
            double width = boxWidth(field);
            if (x + width > right && x > detailLeft) {
                x = detailLeft;
                y += 58;
            }
            bitBox(field, WalkTones.decoded(trace, index, field), x, y, Math.min(width, right - detailLeft));
            x += width + 6;
        }
        y += level.decoded().isEmpty() ? 0 : 52;
        if (index == columns.size() - 1) {
            double toY = TABLES + 26;
            link(column.right(), column.hitY(), detailLeft, toY, column.tone(), opacity);
        }
        y += 24;
        for (String line : Wrap.lines(pen, level.sentence(), WORDS, right - detailLeft)) {
            pen.text(line, detailLeft, y, WORDS, Tone.MUTED);
            y += 18;
        }
        return y - 8;
    }

    private double boxWidth(BitField field) {
        double head = pen.width(field.name(), SMALL.strong()) + 12 + pen.width(WalkText.bits(field), Face.mono(11));
        double least = 30 + 5.5 * (field.high() - field.low() + 1);
        return Math.max(Math.max(head, pen.width(Hex.plain(field.value()), MONO)) + 21, least);
    }

    private double verdict(double y) {
        Tone tone = WalkTones.verdict(trace.verdict());
        double width = right - detailLeft;
        pen.fillBox(detailLeft, y, width, 66, 9, Ink.of(Tone.SOFT));
        pen.strokeBox(detailLeft, y, width, 66, 9, Line.solid(tone, 1.8));
        pen.text(WalkText.verdictTitle(trace.verdict()), detailLeft + 16, y + 24, WORDS, Tone.MUTED);
        double titleRoom = width - 44 - pen.width(WalkText.verdictTitle(trace.verdict()), WORDS);
        pen.text(
                pen.fit(WalkText.verdictRemark(trace.verdict()), SMALL, titleRoom),
                right - 16,
                y + 24,
                SMALL,
                Ink.of(Tone.MUTED),
                Pen.Align.END);
        Face face = Face.mono(18).strong();
        pen.text(pen.fit(WalkText.verdict(trace.verdict()), face, width - 32), detailLeft + 16, y + 50, face, tone);
        double bottom = y + 66;
        if (!scene.note().isEmpty()) {
            bottom += 22;
            pen.text(pen.fit(scene.note(), WORDS, width), detailLeft, bottom, WORDS, Tone.DANGER);
        }
        return bottom;
    }

    // ---- the reads

    private double reads(double top) {
        pen.text("Memory reads", PAD, top, WORDS.strong(), Tone.TEXT);
        double y = top;
        List<WalkTrace.Level> levels = scene.walked() ? trace.levels() : List.of();
        for (int i = 0; i < levels.size(); i++) {
            WalkTrace.Level level = levels.get(i);
            boolean done = i < scene.reads();
            y += 28;
            String text = "read " + WalkText.address(level.entryAddress())
                    + (done ? " = " + WalkText.entry(level, level.value()) : "");
            read(text, level.name() + " descriptor", y, done, isNewest(i));
        }
        if (scene.reached()) {
            y += 28;
            String verb = trace.write() ? "write " : "read ";
            String address = scene.over() ? WalkText.verdict(trace.verdict()) : "...";
            read(verb + address, "the data itself", y, scene.over(), scene.over() && scene.fresh());
        }
        return y + 8;
    }

    private void read(String text, String what, double y, boolean done, boolean newest) {
        if (done) {
            pen.fillCircle(PAD + 8, y - 4, 5.5, Ink.of(Tone.ACCENT));
        } else {
            pen.strokeCircle(PAD + 8, y - 4, 5, Line.solid(Tone.ACCENT, 1.6));
        }
        if (newest) {
            pen.strokeCircle(PAD + 8, y - 4, 8.5, Line.solid(Tone.ACCENT, 1.2));
        }
        pen.text(text, PAD + 24, y, newest ? MONO.strong() : MONO, done ? Tone.TEXT : Tone.MUTED);
        double textRight = PAD + 24 + pen.width(text, MONO.strong());
        double left = Math.max(PAD + 320, textRight + 20);
        pen.text(pen.fit(what, SMALL, Math.max(20, right - left)), left, y, SMALL, Tone.MUTED);
    }
}
