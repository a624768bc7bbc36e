package org.iommulab.app.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.iommulab.app.compare.ComparePainter;
import org.iommulab.app.compare.CompareScene;
import org.iommulab.app.compare.CompareText;
import org.iommulab.app.draw.SvgPen;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.matrix.MatrixPicture;
import org.iommulab.graph.GraphText;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;

/** Pictures and animations of a run, as files. A file appears when it is whole. Calls move the run's machine. */
public final class Pictures {
    private static final int TWEENS = 6;
    private static final int TWEEN_MILLISECONDS = 40;
    private static final int HOLD_MILLISECONDS = 500;
    private static final int END_MILLISECONDS = 2500;
    /** A longer way is shown in end states only, and not every one of them. */
    private static final int STEPS_WITH_MOTION = 60;

    private static final int MOST_FRAMES = 600;

    private Pictures() {}

    /**
     * One step. What it becomes is in the name: {@code .png} or {@code .svg}.
     *
     * @throws NoPictures for PNG, where JavaFX lacks something
     * @throws IllegalArgumentException for another ending, a step that is not there or an impossible size
     */
    public static void render(Run run, int step, Theme theme, int width, int height, Path out) throws IOException {
        check(run, step, width, height);
        Sheet sheet = Sheet.of(run, step, Homes.of(run.recording()), new Panes(run), width, height);
        String title = run.title() + ", step " + step + " of " + run.recording().length();
        switch (ending(out)) {
            case "svg" -> write(out, svg(sheet, theme, width, height, title, run.momentAt(step)));
            case "png" -> write(out, Png.bytes(Screenless.paint(sheet, theme, width, height)));
            default -> throw new IllegalArgumentException("a picture is .png or .svg, not '" + out.getFileName() + "'");
        }
    }

    /** A moment without a run (a real machine's topology): the graph alone, {@code .png} or {@code .svg}. */
    public static void render(Moment moment, String title, Theme theme, int width, int height, Path out)
            throws IOException {
        checkSize(width, height);
        GraphPart graph = GraphPart.still(moment, Optional.empty(), Homes.NONE);
        switch (ending(out)) {
            case "svg" -> write(out, svg(graph, theme, width, height, title, moment));
            case "png" -> write(out, Png.bytes(Screenless.paint(graph, theme, width, height)));
            default -> throw new IllegalArgumentException("a picture is .png or .svg, not '" + out.getFileName() + "'");
        }
    }

    /**
     * What breaks on one kernel, {@code .png} or {@code .svg}.
     *
     * @throws NoPictures for PNG, where JavaFX lacks something
     * @throws IllegalArgumentException for another ending or an impossible size
     */
    public static void render(MatrixPicture matrix, Theme theme, int width, int height, Path out) throws IOException {
        checkSize(width, height);
        switch (ending(out)) {
            case "svg" -> {
                var pen = new SvgPen(theme, width, height);
                matrix.paint(pen, width, height);
                String text = pen.document(matrix.title(), String.join("\n", matrix.text()));
                write(out, text.getBytes(StandardCharsets.UTF_8));
            }
            case "png" -> write(out, Png.bytes(Screenless.paint(matrix::paint, theme, width, height)));
            default -> throw new IllegalArgumentException("a picture is .png or .svg, not '" + out.getFileName() + "'");
        }
    }

    /** Runs side by side, {@code .png} or {@code .svg}. */
    public static void render(CompareScene scene, Theme theme, int width, int height, Path out) throws IOException {
        checkSize(width, height);
        Painting painting = (pen, w, h) -> ComparePainter.paint(pen, w, h, scene, 0);
        switch (ending(out)) {
            case "svg" -> {
                var pen = new SvgPen(theme, width, height);
                painting.paint(pen, width, height);
                String title = scene.comparison().sides().getFirst().run().title();
                write(
                        out,
                        pen.document(title, String.join("\n", CompareText.lines(scene)))
                                .getBytes(StandardCharsets.UTF_8));
            }
            case "png" -> write(out, Png.bytes(Screenless.paint(painting, theme, width, height)));
            default -> throw new IllegalArgumentException("a picture is .png or .svg, not '" + out.getFileName() + "'");
        }
    }

    private static byte[] svg(Painting painting, Theme theme, int width, int height, String title, Moment moment) {
        var pen = new SvgPen(theme, width, height);
        painting.paint(pen, width, height);
        return pen.document(title, String.join("\n", GraphText.tree(moment))).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The way from one step to another. What it becomes is in the name: {@code .apng} (or {@code .png}) or {@code .gif}.
     *
     * @throws NoPictures where JavaFX lacks something
     */
    public static void animate(Run run, int from, int to, Theme theme, int width, int height, Path out)
            throws IOException {
        check(run, from, width, height);
        check(run, to, width, height);
        if (from > to) {
            throw new IllegalArgumentException("an animation goes forward, not from " + from + " to " + to);
        }
        Frames frames = switch (ending(out)) {
            case "apng", "png" -> new ApngFrames();
            case "gif" -> new GifFrames();
            default ->
                throw new IllegalArgumentException("an animation is .apng or .gif, not '" + out.getFileName() + "'");
        };
        Homes homes = Homes.of(run.recording());
        var panes = new Panes(run);
        boolean motion = to - from <= STEPS_WITH_MOTION;
        int stride = Math.max(1, (to - from) / MOST_FRAMES);
        Moment before = run.momentAt(from);
        frames.add(frame(run, from, before, before, 1, homes, panes, theme, width, height), 2 * HOLD_MILLISECONDS);
        int at = from;
        while (at < to) {
            at = Math.min(to, at + stride);
            Moment after = run.momentAt(at);
            for (int i = 1; motion && i < TWEENS; i++) {
                double t = Math.sin((double) i / TWEENS * Math.PI / 2);
                frames.add(frame(run, at, before, after, t, homes, panes, theme, width, height), TWEEN_MILLISECONDS);
            }
            int hold = at == to ? END_MILLISECONDS : motion ? HOLD_MILLISECONDS : 80;
            frames.add(frame(run, at, after, after, 1, homes, panes, theme, width, height), hold);
            before = after;
        }
        write(out, frames.end());
    }

    private static Raster frame(
            Run run,
            int step,
            Moment before,
            Moment after,
            double progress,
            Homes homes,
            Panes panes,
            Theme theme,
            int width,
            int height) {
        var graph = new GraphPart(before, after, Sheet.event(run, step), homes, progress);
        return Screenless.paint(Sheet.of(run, step, graph, panes, width, height), theme, width, height);
    }

    private static void check(Run run, int step, int width, int height) {
        if (step < 0 || step > run.recording().length()) {
            throw new IllegalArgumentException("there is no step " + step + "; the run has "
                    + run.recording().length());
        }
        checkSize(width, height);
    }

    private static void checkSize(int width, int height) {
        if (width < 320 || height < 240 || width > 8192 || height > 8192) {
            throw new IllegalArgumentException("a picture is 320 x 240 to 8192 x 8192, not " + width + " x " + height);
        }
    }

    private static String ending(Path out) {
        String name = out.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** Beside, then renamed: nobody ever sees half a file. */
    static void write(Path out, byte[] content) throws IOException {
        Path folder = Objects.requireNonNull(out.toAbsolutePath().getParent(), "a file has a folder");
        Files.createDirectories(folder);
        // not a temporary file of the system's: that one nobody else may read
        Path beside = folder.resolve(
                "." + out.getFileName() + ".part" + ProcessHandle.current().pid());
        try {
            Files.write(beside, content);
            Files.move(beside, out, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
