package org.iommulab.app.window;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.iommulab.app.draw.Theme;

/**
 * What the window remembers from one time to the next.
 *
 * @param story the story's key, empty for the first
 * @param kernel as {@code --kernel} spells it
 * @param step where we were
 * @param width of the window's content in pixels
 */
record Session(
        String story,
        String kernel,
        int step,
        Theme theme,
        boolean projector,
        double width,
        double height,
        double speed) {
    static final Session FRESH = new Session("", "6.2+p1..p5", 0, Theme.DARK, false, 1600, 1000, 8);

    /** The file for this user, where the system keeps such files. */
    static Path usualFile() {
        String home = System.getProperty("user.home", ".");
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        Path folder;
        if (system.contains("win")) {
            folder = Path.of(Optional.ofNullable(System.getenv("APPDATA")).orElse(home));
        } else if (system.contains("mac")) {
            folder = Path.of(home, "Library", "Application Support");
        } else {
            folder = Optional.ofNullable(System.getenv("XDG_CONFIG_HOME"))
                    .filter(value -> !value.isBlank())
                    .map(Path::of)
                    .orElse(Path.of(home, ".config"));
        }
        return folder.resolve("iommulab").resolve("session.properties");
    }

    /** What was saved; a value that is missing or makes no sense is as in a fresh session. */
    static Session read(Path file) {
        var saved = new Properties();
        try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            saved.load(in);
        } catch (NoSuchFileException e) {
            return FRESH;
        } catch (IOException | IllegalArgumentException e) {
            // A session is a convenience: one that cannot be read is no reason not to start.
            return FRESH;
        }
        return new Session(
                saved.getProperty("story", FRESH.story),
                saved.getProperty("kernel", FRESH.kernel),
                value(saved, "step", Integer::valueOf, FRESH.step),
                value(saved, "theme", Theme::valueOf, FRESH.theme),
                Boolean.parseBoolean(saved.getProperty("projector")),
                Math.clamp(value(saved, "width", Double::valueOf, FRESH.width), 800, 10_000),
                Math.clamp(value(saved, "height", Double::valueOf, FRESH.height), 500, 10_000),
                Math.clamp(value(saved, "speed", Double::valueOf, FRESH.speed), 1, 1024));
    }

    private static <T> T value(Properties saved, String key, Function<String, T> reader, T otherwise) {
        try {
            return Optional.ofNullable(saved.getProperty(key)).map(reader).orElse(otherwise);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }

    /** Written beside the file and then renamed over it, so that there is always a whole one. */
    void write(Path file) {
        var saved = new Properties();
        saved.setProperty("story", story);
        saved.setProperty("kernel", kernel);
        saved.setProperty("step", Integer.toString(step));
        saved.setProperty("theme", theme.name());
        saved.setProperty("projector", Boolean.toString(projector));
        saved.setProperty("width", Double.toString(width));
        saved.setProperty("height", Double.toString(height));
        saved.setProperty("speed", Double.toString(speed));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            try (var out = Files.newBufferedWriter(beside, StandardCharsets.UTF_8)) {
                saved.store(out, "IOMMU Lab: where you were");
            }
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
