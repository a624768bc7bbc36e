package org.iommulab.app.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.GraphText;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;

/** A run in a few pictures: the end of each chapter, and where it first went wrong. */
public final class Storyboard {
    private static final int WIDTH = 1600;
    private static final int HEIGHT = 1000;

    private Storyboard() {}

    /** A step worth a picture, and why. */
    public record KeyStep(int step, String why) {}

    /** In the order of the story. */
    public static List<KeyStep> keySteps(Run run) {
        var steps = new TreeMap<Integer, String>();
        for (Chapter chapter : run.chapters()) {
            if (chapter.reached()) {
                steps.put(chapter.lastStep(), chapter.title());
            }
        }
        first(run, Event.Warn.class, "first warning", steps);
        first(run, Event.Fault.class, "first fault", steps);
        first(run, Event.UseAfterFree.class, "first use after free", steps);
        first(run, Event.Oops.class, "oops", steps);
        first(run, Event.Hang.class, "hang", steps);
        var keys = new ArrayList<KeyStep>();
        steps.forEach((step, why) -> keys.add(new KeyStep(step, why)));
        return keys;
    }

    private static void first(Run run, Class<? extends Event> kind, String why, Map<Integer, String> steps) {
        int step = run.recording().next(0, kind::isInstance);
        if (step > 0) {
            steps.merge(step, why, (old, one) -> old + "; " + one);
        }
    }

    /**
     * Writes {@code 01-step-0042.png}, ... and {@code storyboard.md}; where PNG cannot be painted, SVG instead.
     *
     * @return the files, the text last
     */
    public static List<Path> write(Run run, Path dir, Theme theme) throws IOException {
        var files = new ArrayList<Path>();
        var text = new StringBuilder(
                "# " + run.title() + "\n\nLinux " + run.kernel().spec() + " · " + run.boardLine() + "\n\nEnds: "
                        + run.outcome().text() + "\n");
        String ending = "png";
        int number = 0;
        for (KeyStep key : keySteps(run)) {
            number++;
            Path file = file(dir, number, key.step(), ending);
            try {
                Pictures.render(run, key.step(), theme, WIDTH, HEIGHT, file);
            } catch (NoPictures e) {
                ending = "svg";
                file = file(dir, number, key.step(), ending);
                Pictures.render(run, key.step(), theme, WIDTH, HEIGHT, file);
            }
            files.add(file);
            describe(text, run, key, file);
        }
        Path page = dir.resolve("storyboard.md");
        Pictures.write(page, text.toString().getBytes(StandardCharsets.UTF_8));
        files.add(page);
        return files;
    }

    private static Path file(Path dir, int number, int step, String ending) {
        return dir.resolve(String.format(Locale.ROOT, "%02d-step-%04d.%s", number, step, ending));
    }

    private static void describe(StringBuilder text, Run run, KeyStep key, Path file) {
        Moment moment = run.momentAt(key.step());
        text.append("\n## Step ")
                .append(key.step())
                .append(": ")
                .append(key.why())
                .append("\n\n");
        text.append("![step ")
                .append(key.step())
                .append("](")
                .append(file.getFileName())
                .append(")\n\n");
        GraphText.tree(moment).forEach(line -> text.append("    ").append(line).append('\n'));
        moment.rules().stream()
                .filter(Moment.RuleView::brokenNow)
                .forEach(rule -> text.append("    ")
                        .append(RuleState.of(rule).word())
                        .append(" rule: ")
                        .append(rule.title())
                        .append(": ")
                        .append(rule.sentence())
                        .append('\n'));
    }
}
