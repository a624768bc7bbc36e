package org.iommulab.app.graph;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.Moment.UnitView;
import org.iommulab.hardware.TlbView;

/** Draws an IOMMU unit: its state, its table base and its TLB. */
final class UnitPainter {
    /** Beyond this many slots they stand in two rows. */
    private static final int ONE_ROW = 16;

    /** Beyond this many a bar says how full it is. */
    private static final int SLOTS_DRAWN = 32;

    private static final double PADDING = 14;

    private final Pen pen;
    private final GraphScene scene;
    private final Detail detail;

    UnitPainter(Pen pen, GraphScene scene, Detail detail) {
        this.pen = pen;
        this.scene = scene;
        this.detail = detail;
    }

    private boolean parted(UnitView unit) {
        return scene.parted().contains(unit.id());
    }

    /** What the unit does with an access now, in one word. */
    static String state(UnitView unit) {
        if (!unit.powered()) {
            return "suspended";
        }
        if (!unit.fault().isEmpty()) {
            return "fault";
        }
        return unit.blocked() ? "blocked" : unit.translating() ? "on" : "off";
    }

    private Tone tone(UnitView unit) {
        if (parted(unit) || !unit.fault().isEmpty()) {
            return Tone.DANGER;
        }
        if (!unit.powered()) {
            return Tone.MUTED;
        }
        return unit.blocked() ? Tone.BLOCKED : unit.translating() ? Tone.KERNEL : Tone.PLATFORM;
    }

    void unit(UnitView unit, Box box) {
        Tone tone = tone(unit);
        boolean awake = unit.powered() && (unit.translating() || unit.blocked());
        pen.fillBox(box.x(), box.y(), box.width(), box.height(), 12, Ink.of(Tone.PANEL));
        double width = parted(unit) ? 2 : awake ? 1.8 : 1.4;
        Line edge = unit.powered() ? Line.solid(tone, width) : Line.dashed(tone, width);
        pen.strokeBox(box.x(), box.y(), box.width(), box.height(), 12, edge);
        switch (detail) {
            case FULL -> write(unit, box, tone);
            case NAMES -> {
                Face face = Face.mono(15);
                pen.text(
                        pen.fit(unit.name(), face, box.width() - 2 * PADDING),
                        box.x() + PADDING,
                        box.middleY() + 5,
                        face,
                        Tone.TEXT);
            }
            case SHAPES -> {}
        }
    }

    /** Of a real machine's unit, sysfs shows the name and the kind only. */
    private static boolean isOpaque(UnitView unit) {
        return unit.registers().isEmpty() && unit.tlbSlots() == 0;
    }

    private void write(UnitView unit, Box box, Tone tone) {
        double left = box.x() + PADDING;
        double right = box.right() - PADDING;
        if (isOpaque(unit)) {
            Face face = Face.mono(12);
            pen.text(pen.fit(unit.name(), face, right - left), left, box.y() + 24, face, Tone.TEXT);
            pen.text(unit.model(), left, box.y() + 46, Face.words(11), Tone.MUTED);
            return;
        }
        String state = state(unit);
        Tone stateTone = state.equals("on") ? Tone.MUTED : tone == Tone.PLATFORM ? Tone.MUTED : tone;
        pen.text(state, right, box.y() + 24, Face.words(11), Ink.of(stateTone), Pen.Align.END);
        double room = right - left - pen.width(state, Face.words(11)) - 8;
        Face usual = Face.mono(12);
        Face name = pen.width(unit.name(), usual) > room ? Face.mono(10.5) : usual;
        pen.text(pen.fit(unit.name(), name, room), left, box.y() + 24, name, Tone.TEXT);
        pen.text("table base", left, box.y() + 46, Face.words(11), Tone.MUTED);
        String base = unit.tableBase() == 0 ? "none" : Hex.grouped(unit.tableBase());
        boolean live = unit.powered() && unit.translating();
        pen.text(base, right, box.y() + 46, Face.mono(12), Ink.of(live ? tone : Tone.MUTED), Pen.Align.END);
        if (!unit.fault().isEmpty()) {
            pen.text(
                    pen.fit(unit.fault(), Face.words(11), right - left),
                    left,
                    box.y() + 68,
                    Face.words(11),
                    Tone.DANGER);
            return;
        }
        if (unit.known() && unit.tlbSlots() == 0) { // it caches nothing
            return;
        }
        pen.text("TLB", left, box.y() + 68, Face.words(11), Tone.MUTED);
        tlb(unit, left + 34, right, box.y() + 64, live ? tone : Tone.MUTED);
    }

    private void tlb(UnitView unit, double left, double right, double y, Tone tone) {
        Set<Integer> filled = unit.tlb().stream().map(TlbView::slot).collect(Collectors.toCollection(TreeSet::new));
        if (unit.tlbSlots() > SLOTS_DRAWN) {
            String count = filled.size() + " of " + unit.tlbSlots();
            double textWidth = pen.width(count, Face.words(11));
            pen.text(count, right, y + 4, Face.words(11), Ink.of(Tone.MUTED), Pen.Align.END);
            double width = right - left - textWidth - 8;
            pen.fillBox(left, y - 4, width, 8, 2, Ink.of(Tone.SOFT));
            if (!filled.isEmpty()) {
                double share = Math.max(4, width * filled.size() / unit.tlbSlots());
                pen.fillBox(left, y - 4, share, 8, 2, Ink.of(unit.staleTlb().isEmpty() ? tone : Tone.DANGER));
            }
            return;
        }
        boolean twoRows = unit.tlbSlots() > ONE_ROW;
        int columns = twoRows ? (unit.tlbSlots() + 1) / 2 : Math.max(1, unit.tlbSlots());
        double pitch = Math.min(19, (right - left + 3) / columns);
        double width = pitch - (pitch > 12 ? 4 : 2.5);
        double height = twoRows ? 6 : 10;
        for (int slot = 0; slot < unit.tlbSlots(); slot++) {
            double x = left + slot % columns * pitch;
            double middle = twoRows ? y - 4.5 + slot / columns * 9 : y;
            boolean stale = unit.staleTlb().contains(slot);
            Ink ink = !filled.contains(slot) ? Ink.of(Tone.SOFT) : Ink.of(stale ? Tone.DANGER : tone);
            pen.fillBox(x, middle - height / 2, width, height, twoRows ? 1.5 : 2.5, ink);
            if (stale) { // a stale entry is struck through
                double rise = height / 2 - 2;
                pen.stroke(
                        Curve.from(x + 2, middle + rise)
                                .to(x + width - 2, middle - rise)
                                .end(),
                        Line.solid(Tone.PANEL, 1.6));
            }
        }
    }

    /** Where a TLB slot is drawn, for the dot that visits it. */
    static double slotX(Box box) {
        return box.x() + PADDING + 34 + 7;
    }

    static double slotY(Box box) {
        return box.y() + 64;
    }

    /** Says with a sign, not with colour alone, that belief and hardware part here. */
    static void badge(Pen pen, double x, double y) {
        pen.fillCircle(x, y, 9, Ink.of(Tone.DANGER));
        Line line = Line.solid(Tone.PANEL, 1.6);
        pen.stroke(Curve.from(x - 4, y - 2).to(x + 4, y - 2).end(), line);
        pen.stroke(Curve.from(x - 4, y + 2).to(x + 4, y + 2).end(), line);
        pen.stroke(Curve.from(x - 2.5, y + 5).to(x + 2.5, y - 5).end(), line);
    }
}
