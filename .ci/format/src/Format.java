import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Formats every Java source of the project ({@code apply}) or lists those that are not formatted ({@code check}). */
class Format {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    public static void main(String[] arguments) throws IOException {
        boolean apply = arguments[0].equals("apply");
        Path root = Path.of(arguments[1]).toRealPath();
        List<Path> different = sources(root)
                .parallel()
                .filter(file -> differs(file, apply))
                .sorted()
                .toList();
        different.forEach(
                file -> System.out.println((apply ? "formatted " : "not formatted: ") + root.relativize(file)));
        if (!apply && !different.isEmpty()) {
            System.out.println("mend with: mvn -Pformat process-sources");
            System.exit(1);
        }
    }

    private static Stream<Path> sources(Path root) throws IOException {
        try (Stream<Path> modules = Stream.concat(Files.list(root), Files.list(root.resolve(".ci")))) {
            return modules.map(module -> module.resolve("src")).filter(Files::isDirectory).toList().stream()
                    .flatMap(Format::javaFiles);
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean differs(Path file, boolean apply) {
        try {
            String now = Files.readString(file);
            String formatted = FORMATTER.formatSourceAndFixImports(now);
            if (now.equals(formatted)) {
                return false;
            }
            if (apply) {
                Files.writeString(file, formatted);
            }
            return true;
        } catch (IOException | FormatterException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }
}
