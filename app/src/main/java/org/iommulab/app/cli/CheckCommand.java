package org.iommulab.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.iommulab.board.BoardReader;
import org.iommulab.json.BadInput;
import org.iommulab.json.Problem;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** check: validates files, runs nothing. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Validates scenario and board files: their form and what they mean. Runs nothing.")
public final class CheckCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "files, or folders with files")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Output output = new Output();

    private record Result(String file, boolean passed, List<String> problems) {}

    public CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Result> results = files.stream()
                .flatMap(CheckCommand::inside)
                .map(CheckCommand::check)
                .toList();
        long failed = results.stream().filter(result -> !result.passed()).count();
        var out = console.out();
        var err = console.err();
        results.forEach(result -> result.problems().forEach(err::println));
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("files", results);
            json.put("passed", results.size() - failed);
            json.put("failed", failed);
            Output.json(out, json);
        } else {
            results.forEach(result -> out.println((result.passed() ? "passed  " : "failed  ") + result.file()));
            out.println((results.size() - failed) + " passed, " + failed + " failed");
        }
        return failed == 0 ? ExitCode.AS_EXPECTED : ExitCode.BAD_INPUT;
    }

    private static Result check(Path file) {
        try {
            if (isBoard(file)) {
                BoardReader.read(file);
            } else {
                ScenarioReader.read(file);
            }
            return new Result(file.toString(), true, List.of());
        } catch (BadInput bad) {
            return new Result(
                    file.toString(),
                    false,
                    bad.problems().stream().map(Problem::toString).toList());
        }
    }

    /** A file is a board when it says so itself, through its schema, or else when it stands among boards. */
    private static boolean isBoard(Path file) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= 1 << 20) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                int schema = text.indexOf("\"$schema\"");
                int end = schema < 0 ? -1 : text.indexOf('\n', schema);
                if (end > 0) {
                    return text.substring(schema, end).contains("board.schema.json");
                }
            }
        } catch (IOException e) {
            return false; // the reader will say why
        }
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && folder.endsWith("boards");
    }

    private static Stream<Path> inside(Path path) {
        if (!Files.isDirectory(path)) {
            return Stream.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all
                    .filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> !file.toString().endsWith(".schema.json"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
