package org.iommulab.app.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.iommulab.app.window.Displays;

/**
 * How soon the window shows something useful, and how even its frames are while a story plays, with the software
 * renderer. Both are measured in a JVM of their own, because the first counts from the start of the process. Without a
 * display the toolkit's headless platform draws instead.
 */
public final class WindowBench {
    static final double FIRST_PICTURE_MS = 2000;
    static final double MEDIAN_MS = 16.7;
    static final double P95_MS = 33;
    private static final int USUAL_SECONDS = 30;
    private static final int NO_DISPLAY = 3;

    private WindowBench() {}

    /** As long as {@code -Dbench.window.seconds} says, else 30 s. */
    static List<Row> measure() {
        return measure(Integer.getInteger("bench.window.seconds", USUAL_SECONDS));
    }

    /** @param seconds how long the story plays */
    static List<Row> measure(int seconds) {
        ChildJvm.Result result = child(seconds, List.of());
        if (result.code() == NO_DISPLAY) {
            result = child(seconds, List.of("-Dglass.platform=Headless"));
        }
        if (result.code() != 0) {
            throw new IllegalStateException(
                    "the measured window ended with " + result.code() + ": " + String.join("; ", result.lines()));
        }
        return result.lines().stream()
                .filter(line -> line.startsWith("window "))
                .map(WindowBench::row)
                .toList();
    }

    private static Row row(String line) {
        String[] words = line.split("\\|", -1);
        return new Row(
                words[0].strip(), Double.parseDouble(words[1]), "ms", Row.Goal.atMost(Double.parseDouble(words[2])));
    }

    private static ChildJvm.Result child(int seconds, List<String> flags) {
        var all = new ArrayList<>(flags);
        all.add("-Dprism.order=sw");
        return ChildJvm.run(
                WindowBench.class,
                all,
                List.of(Integer.toString(seconds), Instant.now().toString()));
    }

    /** The measured JVM. */
    public static void main(String[] args) {
        var replay = new Replay(Integer.parseInt(args[0]), Instant.parse(args[1]));
        if (Displays.start().isPresent()) {
            System.exit(NO_DISPLAY);
        }
        Replay.Figures figures = replay.play();
        List<Double> frames = figures.frames().stream().sorted().toList();
        say("window (first picture)", figures.firstPicture(), FIRST_PICTURE_MS);
        say("window (frame p50)", frames.get(frames.size() / 2), MEDIAN_MS);
        say("window (frame p95)", frames.get(frames.size() * 95 / 100), P95_MS);
        System.exit(0);
    }

    private static void say(String name, double millis, double goal) {
        System.out.println(String.format(Locale.ROOT, "%s | %.3f | %.1f", name, millis, goal));
    }
}
