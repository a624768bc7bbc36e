package org.iommulab.app.compare;

import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Alignment.RowKind;
import org.iommulab.graph.Box;
import org.iommulab.sim.Recording;

/** The common timeline: a track for each run over all rows, what differs, what goes wrong, where we are. */
final class StripPainter {
    private static final double TRACK = 7;
    private static final double PITCH = 10;
    private static final double HEAD = 24;

    private final Pen pen;
    private final CompareScene scene;
    private final Alignment alignment;
    private final Box bar;

    StripPainter(Pen pen, CompareScene scene, Box room) {
        this.pen = pen;
        this.scene = scene;
        this.alignment = scene.comparison().alignment();
        this.bar = bar(room, scene.columns());
    }

    private static Box bar(Box room, int columns) {
        return new Box(room.x(), room.y() + HEAD, room.width(), columns * PITCH);
    }

    /** The row beneath a place on the strip; -1 elsewhere. */
    static int rowAt(Box room, CompareScene scene, double x, double y) {
        int rows = scene.comparison().alignment().rows();
        return room.contains(x, y) && rows > 0
                ? (int) Math.clamp((x - room.x()) / room.width() * rows, 0, rows - 1)
                : -1;
    }

    void paint() {
        int rows = alignment.rows();
        if (rows == 0) {
            return;
        }
        for (int column = 0; column < scene.columns(); column++) {
            track(column, rows);
        }
        chapters(rows);
        scene.comparison().parting().ifPresent(row -> parting(row, rows));
        double x = x(scene.row() + 0.5, rows);
        pen.fillBox(x - 1, bar.y() - 3, 2, bar.height() + 6, 0, Ink.of(Tone.ACCENT));
        pen.fillCircle(x, bar.y() - 3, 3.5, Ink.of(Tone.ACCENT));
    }

    private double x(double row, int rows) {
        return bar.x() + bar.width() * row / rows;
    }

    /** One look for each two pixels: the loudest row in them. */
    private void track(int column, int rows) {
        double y = bar.y() + column * PITCH;
        pen.fillBox(bar.x(), y, bar.width(), TRACK, 3, Ink.of(Tone.SOFT));
        int pieces = (int) Math.min(rows, bar.width() / 2);
        Recording recording = scene.comparison().sides().get(column).run().recording();
        int start = 0;
        Look before = Look.SAME;
        for (int piece = 0; piece <= pieces; piece++) {
            Look look = piece == pieces
                    ? Look.SAME
                    : look(recording, column, from(piece, pieces, rows), from(piece + 1, pieces, rows));
            if (look != before) {
                fill(before, start, piece, pieces, y);
                start = piece;
                before = look;
            }
        }
        fill(before, start, pieces, pieces, y);
    }

    private static int from(int piece, int pieces, int rows) {
        return (int) ((long) piece * rows / pieces);
    }

    private void fill(Look look, int start, int end, int pieces, double y) {
        if (look != Look.SAME && end > start) {
            double from = bar.x() + bar.width() * start / pieces;
            double width = Math.max(2, bar.width() * (end - start) / pieces);
            double inset = look == Look.GONE ? TRACK / 2 - 0.5 : 0;
            pen.fillBox(from, y + inset, width, TRACK - 2 * inset, 0, look.ink());
        }
    }

    private Look look(Recording recording, int column, int first, int end) {
        Look loudest = Look.SAME;
        for (int row = first; row < end; row++) {
            int step = alignment.step(column, row);
            Look look = step != 0 && EventTone.isHarm(recording.kind(step))
                    ? Look.HARM
                    : alignment.kind(row) == RowKind.SAME
                            ? Look.SAME
                            : step == 0
                                    ? Look.GONE
                                    : alignment.kind(row) == RowKind.CHANGED ? Look.CHANGED : Look.OTHER;
            loudest = look.compareTo(loudest) > 0 ? look : loudest;
        }
        return loudest;
    }

    /** What is told of a run in a place, the loudest last. */
    private enum Look {
        SAME,
        GONE,
        CHANGED,
        OTHER,
        HARM;

        Ink ink() {
            return switch (this) {
                case SAME -> Ink.of(Tone.SOFT);
                case GONE -> Ink.of(Tone.MUTED).faded(0.6);
                case CHANGED -> Ink.of(Tone.PLATFORM).faded(0.55);
                case OTHER -> Ink.of(Tone.ACCENT).faded(0.75);
                case HARM -> Ink.of(Tone.DANGER);
            };
        }
    }

    /** The actions of the first run's story, as ticks beneath. */
    private void chapters(int rows) {
        double y = bar.bottom() + 3;
        Face face = Face.words(11);
        double free = bar.x();
        List<org.iommulab.scenario.Chapter> chapters =
                scene.comparison().sides().getFirst().run().chapters();
        for (int i = 0; i < chapters.size(); i++) {
            if (!chapters.get(i).reached()) {
                return;
            }
            double x = x(alignment.row(0, chapters.get(i).firstStep()), rows);
            pen.fillBox(x, y, 1, 5, 0, Ink.of(Tone.MUTED));
            boolean follows = i + 1 < chapters.size() && chapters.get(i + 1).reached();
            double end = follows ? x(alignment.row(0, chapters.get(i + 1).firstStep()), rows) : bar.right();
            double room = end - Math.max(x, free) - 10;
            if (room > 44) {
                String title = pen.fit(chapters.get(i).title(), face, room);
                pen.text(title, Math.max(x, free) + 4, y + 11, face, Tone.MUTED);
                free = Math.max(x, free) + 4 + pen.width(title, face) + 8;
            }
        }
    }

    private void parting(int row, int rows) {
        double x = x(row, rows);
        pen.stroke(Curve.from(x, bar.y() - 5).to(x, bar.bottom() + 2).end(), Line.solid(Tone.DANGER, 2));
        int step = scene.comparison().firstDivergence().orElse(0);
        String words = "first divergence: step " + step;
        Face face = Face.words(11).medium();
        double width = pen.width(words, face);
        boolean left = x + 8 + width > bar.right();
        pen.text(
                words,
                left ? x - 8 : x + 8,
                bar.y() - 9,
                face,
                Ink.of(Tone.DANGER),
                left ? Pen.Align.END : Pen.Align.START);
    }
}
