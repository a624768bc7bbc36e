package org.iommulab.app.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a class file does not show: the length of the sources, and where colours are written down. */
class SourceTest {
    private static final int LONGEST = 400;
    /** Looked at twice, and still one thing each. */
    private static final Set<String> LONGER =
            Set.of("FaultLinesTest.java", "Machine.java", "RadixTable.java", "SysMmuTest.java", "TableTree.java");

    private static final int LONGEST_OF_ALL = 600;
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern COLOUR = Pattern.compile(
            "\"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\"|\\bColor\\.(?:\\w+\\((?:\"|\\d)|[A-Z]{3,}\\b)");

    @Test
    void aFileIsReadInOneGo() throws IOException {
        assertThat(sources("model", "app")
                        .filter(file -> lines(file).size() > limit(file))
                        .map(SourceTest::name))
                .as("longer than %d lines", LONGEST)
                .isEmpty();
    }

    private static int limit(Path file) {
        return LONGER.contains(file.getFileName().toString()) ? LONGEST_OF_ALL : LONGEST;
    }

    /** Views name meanings; the tones alone know colours. */
    @Test
    void coloursAreWrittenDownOnce() throws IOException {
        assertThat(sources("app")
                        .filter(file -> ROOT.relativize(file).startsWith("app/src/main"))
                        .filter(file -> !file.endsWith("draw/Tone.java"))
                        .flatMap(SourceTest::colours))
                .isEmpty();
    }

    @Test
    void aColourIsRecognised() {
        assertThat(List.of("\"#1b2c3d\"", "Color.web(\"red\")", "Color.rgb(1, 2, 3)", "Color.RED", "\"#fff\""))
                .allMatch(COLOUR.asPredicate());
        assertThat(List.of("\"#/devices/0\"", "Color.web(hex)", "see #123456")).noneMatch(COLOUR.asPredicate());
    }

    private static Stream<String> colours(Path file) {
        var lines = lines(file);
        return IntStream.range(0, lines.size())
                .filter(i -> COLOUR.matcher(lines.get(i)).find())
                .mapToObj(i -> name(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
    }

    private static Stream<Path> sources(String... modules) throws IOException {
        var all = Stream.<Path>builder();
        for (String module : modules) {
            try (var files = Files.walk(ROOT.resolve(module).resolve("src"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(all);
            }
        }
        return all.build();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}
