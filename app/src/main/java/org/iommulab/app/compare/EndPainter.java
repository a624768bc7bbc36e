package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.iommulab.app.draw.Curve;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.explore.compare.Difference;
import org.iommulab.graph.Box;

/** In what the machines differ at the end: a line for each fact, a column for each run. */
final class EndPainter {
    private static final Face WORDS = Face.words(12.5);

    private final Pen pen;
    private final CompareScene scene;
    private final Box room;

    EndPainter(Pen pen, CompareScene scene, Box room) {
        this.pen = pen;
        this.scene = scene;
        this.room = room;
    }

    void paint() {
        List<Difference> all = scene.comparison().differences();
        int shown = (int) Math.min(all.size(), (room.height() - 46) / Rooms.FACT);
        String more = shown < all.size() ? ", " + shown + " of " + all.size() + " differences" : "";
        pen.text(
                "State at the end" + more,
                room.x(),
                room.y() + 14,
                Face.words(14).strong(),
                Tone.TEXT);
        if (all.isEmpty()) {
            pen.text("No difference.", room.x(), room.y() + 40, WORDS, Tone.MUTED);
            return;
        }
        double fact = room.width() * (scene.columns() == 2 ? 0.38 : 0.31);
        double share = (room.width() - fact) / scene.columns();
        for (int i = 0; i < scene.columns(); i++) {
            double x = room.x() + fact + i * share;
            String title = scene.comparison().sides().get(i).title();
            Face face = Face.words(11).medium();
            pen.text(pen.fit(title, face, share - 12), x, room.y() + 14, face, Tone.MUTED);
        }
        List<Difference> first = chosen(all, shown);
        for (int row = 0; row < shown; row++) {
            line(first.get(row), room.y() + 38 + row * Rooms.FACT, fact, share);
        }
    }

    /** Where there is no room for all, a few of each topic rather than all of the first. */
    static List<Difference> chosen(List<Difference> all, int room) {
        var chosen = new ArrayList<Difference>();
        var left = new ArrayList<>(all);
        while (chosen.size() < room && !left.isEmpty()) {
            Difference.Topic last = null;
            for (Difference one : List.copyOf(left)) {
                if (one.topic() != last && chosen.size() < room) {
                    chosen.add(one);
                    left.remove(one);
                }
                last = one.topic();
            }
        }
        chosen.sort(Comparator.comparingInt(all::indexOf));
        return chosen;
    }

    private void line(Difference difference, double baseline, double fact, double share) {
        String what = difference.fact().isEmpty() ? difference.about() : difference.about() + " " + difference.fact();
        pen.text(pen.fit(what, WORDS, fact - 16), room.x(), baseline, WORDS, Tone.MUTED);
        for (int i = 0; i < difference.values().size(); i++) {
            String value = difference.values().get(i);
            boolean asFirst = i > 0 && value.equals(difference.values().getFirst());
            boolean suspicion = isSuspicion(difference, value);
            Tone tone = tone(difference, value, asFirst);
            double x = room.x() + fact + i * share;
            double inset = suspicion ? 16 : 0;
            if (suspicion) { // the matrix' sign for it
                pen.fill(Curve.triangle(x + 5, baseline - 4.5, 4.3), Ink.of(tone));
            }
            Face face = WORDS.medium();
            pen.text(
                    pen.fit(value, face, share - 12 - inset), x + inset, baseline, face, Ink.of(tone), Pen.Align.START);
        }
    }

    /** @param asFirst whether the first run says the same */
    static Tone tone(Difference difference, String value, boolean asFirst) {
        if (isHarm(difference, value)) {
            return Tone.DANGER;
        }
        return isSuspicion(difference, value) ? Tone.UNMANAGED : asFirst ? Tone.MUTED : Tone.TEXT;
    }

    private static boolean isSuspicion(Difference difference, String value) {
        return difference.topic() == Difference.Topic.RULE
                && (value.startsWith("is suspicious") || value.startsWith("was suspicious"));
    }

    private static boolean isHarm(Difference difference, String value) {
        return switch (difference.topic()) {
            case OUTCOME -> !value.equals("ok");
            case RULE -> value.startsWith("is broken") || value.startsWith("was broken");
            case UNIT -> value.contains("stale") || value.contains("freed");
            case STORY -> value.startsWith("-") || value.equals("not reached") || value.equals("hang");
            case DOMAIN -> value.startsWith("is freed");
            case GROUP, DEVICE -> value.contains("freed") || value.contains("wrong");
            case LOG -> false;
        };
    }
}
