package org.iommulab.app.compare;

import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.explore.compare.Likeness;
import org.iommulab.graph.Box;

/** Paints a comparison into a room of any size; the same for the window and for exports. */
public final class ComparePainter {
    private ComparePainter() {}

    /** @param kept so much of the title's right end is somebody else's */
    public static void paint(Pen pen, double width, double height, CompareScene scene, double kept) {
        Rooms rooms = Rooms.of(scene, width, height);
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        title(pen, scene, rooms.title(), kept);
        var cards = new CardPainter(pen, scene, rooms);
        cards.ground();
        cards.across();
        for (int column = 0; column < scene.columns(); column++) {
            cards.card(column);
        }
        new StripPainter(pen, scene, rooms.timeline()).paint();
        new EndPainter(pen, scene, rooms.end()).paint();
    }

    private static void title(Pen pen, CompareScene scene, Box room, double kept) {
        Face face = Face.words(18).strong();
        String title = scene.comparison().inLanes() ? "In lanes" : "Compare";
        pen.text(title, room.x(), room.y() + 34, face, Tone.TEXT);
        double x = room.x() + pen.width(title, face) + 12;
        String place = place(scene);
        Face mono = Face.mono(12.5);
        double right = room.right() - kept;
        pen.text(place, right, room.y() + 33, mono, Ink.of(Tone.MUTED), Pen.Align.END);
        Face words = Face.words(12.5);
        String about = scene.comparison().sides().getFirst().run().title()
                + (scene.comparison().likeness() == Likeness.KIND
                        ? ", aligned by what happens in the core"
                        : ", aligned by event");
        pen.text(pen.fit(about, words, right - pen.width(place, mono) - 20 - x), x, room.y() + 33, words, Tone.MUTED);
    }

    private static String place(CompareScene scene) {
        int rows = scene.comparison().alignment().rows();
        return rows == 0 ? "no events" : "row " + (scene.row() + 1) + " / " + rows;
    }
}
