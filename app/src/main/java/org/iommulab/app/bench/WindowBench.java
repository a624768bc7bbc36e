package org.iommulab.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
        List<String> lines = new ArrayList<>();
        int code = child(seconds, List.of(), lines);
        if (code == NO_DISPLAY) {
            lines.clear();
            code = child(seconds, List.of("-Dglass.platform=Headless"), lines);
        }
        if (code != 0) {
            throw new IllegalStateException("the measured window ended with " + code + ": " + String.join("; ", lines));
        }
        return lines.stream()
                .filter(line -> line.startsWith("window "))
                .map(WindowBench::row)
                .toList();
    }

    private static Row row(String line) {
        String[] words = line.split("\\|", -1);
        return new Row(
                words[0].strip(), Double.parseDouble(words[1]), "ms", Row.Goal.atMost(Double.parseDouble(words[2])));
    }

    private static int child(int seconds, List<String> flags, List<String> lines) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-Dprism.order=sw");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WindowBench.class.getName()));
        command.add(Integer.toString(seconds));
        command.add(Instant.now().toString());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
                reader.lines().forEach(lines::add);
            }
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
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
