package org.iommulab.app.export;

import java.util.List;
import org.iommulab.app.draw.Face;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Line;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.draw.Wrap;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;

/** The story so far: what was done, what is done now, what comes. */
record StoryPart(Run run, int step) implements Painting {
    private static final double ROW = 34;

    @Override
    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.PANEL));
        pen.text("Story", 20, 32, Face.words(14).strong(), Tone.TEXT);
        List<Chapter> chapters = run.chapters();
        int current = current(chapters, step);
        double y = 66;
        int most = (int) Math.max(3, (height - 260) / ROW);
        int first = Math.clamp(current - most / 2, 0, Math.max(0, chapters.size() - most));
        for (int i = first; i < Math.min(chapters.size(), first + most); i++) {
            y += chapter(pen, chapters.get(i), i, current, y, width);
        }
        if (current < 0) {
            return;
        }
        if (chapters.get(current).told().isEmpty()) {
            return;
        }
        y += 6;
        pen.fillBox(20, y - 12, width - 40, 1, 0, Ink.of(Tone.HAIRLINE));
        pen.text("What happens here", 20, y + 14, Face.words(12.5).strong(), Tone.TEXT);
        Face words = Face.words(12.5);
        int lines = (int) Math.max(1, (height - y - 30) / 20);
        for (String line : Wrap.lines(pen, chapters.get(current).told(), words, width - 40, Math.min(9, lines))) {
            y += 20;
            pen.text(line, 20, y + 18, words, Tone.MUTED);
        }
    }

    /** The chapter in which the step lies, or -1 before the first. */
    static int current(List<Chapter> chapters, int step) {
        int current = -1;
        for (Chapter chapter : chapters) {
            if (chapter.reached() && chapter.firstStep() <= step) {
                current = chapter.index();
            }
        }
        return current;
    }

    /** Returns how high it is. */
    private static double chapter(Pen pen, Chapter chapter, int index, int current, double y, double width) {
        Face face = Face.words(12.5);
        Face mono = Face.mono(11);
        String result = chapter.result().startsWith("-") && index <= current ? chapter.result() : "";
        double room = width - 46 - 20 - (result.isEmpty() ? 0 : pen.width(result, mono) + 8);
        List<String> title = Wrap.lines(pen, chapter.title(), face, room, 2);
        double more = (title.size() - 1) * 17;
        if (index == current) {
            pen.fillBox(10, y - 15, width - 20, 30 + more, 6, Ink.of(Tone.SOFT));
            pen.fillBox(10, y - 15, 3, 30 + more, 1.5, Ink.of(Tone.ACCENT));
            pen.fillCircle(30, y, 5.5, Ink.of(Tone.ACCENT));
        } else if (index < current) {
            pen.fillCircle(30, y, 5.5, Ink.of(result.isEmpty() ? Tone.IDENTITY : Tone.DANGER));
        } else {
            pen.strokeCircle(30, y, 5, Line.solid(Tone.MUTED, 1.4));
        }
        for (int i = 0; i < title.size(); i++) {
            pen.text(title.get(i), 46, y + 4.5 + i * 17, face, index > current ? Tone.MUTED : Tone.TEXT);
        }
        pen.text(result, width - 20, y + 4.5, mono, Ink.of(Tone.DANGER), Pen.Align.END);
        return ROW + more;
    }
}
