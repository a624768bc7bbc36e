package org.iommulab.scenario;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.json.BadInput;
import org.iommulab.json.JsonFile;
import org.iommulab.json.JsonValue;
import org.iommulab.json.Problems;
import org.iommulab.json.RecordReader;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;

/** Reads scenario files and the boards that they are about. */
public final class ScenarioReader {
    private ScenarioReader() {}

    /** @throws BadInput with everything that is wrong with it or its board */
    public static Scenario read(Path file) {
        return open(file).scenario();
    }

    /** @throws BadInput with everything that is wrong with it or its board */
    public static ScenarioFile open(Path file) {
        var problems = new Problems(file.toString());
        Optional<JsonValue> json = JsonFile.read(file, problems);
        return finish(file, json, problems);
    }

    /**
     * What a list of stories says of one.
     *
     * @param kernel the story's own
     */
    public record Heading(String title, KernelBuild kernel) {}

    /** Read from the beginning of the file alone, which may be wrong further down; empty when not even that can be read. */
    public static Optional<Heading> heading(Path file) {
        Map<String, String> texts = JsonFile.texts(file, Set.of("title", "kernel"));
        if (texts.size() < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Heading(
                    Objects.requireNonNull(texts.get("title")),
                    KernelSpec.parse(Objects.requireNonNull(texts.get("kernel")))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /**
     * A scenario that is not saved yet.
     *
     * @param file where it would stand: its board is looked for from there
     * @throws BadInput with everything that is wrong with it or its board
     */
    public static ScenarioFile parse(Path file, byte[] text) {
        var problems = new Problems(file.toString());
        return finish(file, JsonFile.parse(text, problems), problems);
    }

    private static ScenarioFile finish(Path file, Optional<JsonValue> json, Problems problems) {
        Optional<Scenario> scenario = json.flatMap(value ->
                new RecordReader(problems, Map.of(ByKernel.class, new ByKernelForm())).document(Scenario.class, value));
        Optional<Board> board = scenario.flatMap(read -> board(file, read, problems));
        scenario.ifPresent(read -> board.ifPresent(on -> new ScenarioCheck(read, on, problems).check()));
        problems.throwIfAny();
        return new ScenarioFile(file, scenario.orElseThrow(), board.orElseThrow());
    }

    private static Optional<Board> board(Path file, Scenario scenario, Problems problems) {
        String name = scenario.board();
        if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            problems.at("/board", "'" + name + "' is no name of a board, expected one as in 'odroid-u3'");
            return Optional.empty();
        }
        for (Path folder = file.toAbsolutePath().getParent(); folder != null; folder = folder.getParent()) {
            Path candidate = folder.resolve("boards").resolve(name + ".json");
            if (Files.isRegularFile(candidate)) {
                return Optional.of(BoardReader.read(candidate));
            }
        }
        problems.at(
                "/board",
                "there is no board '" + name + "', expected a file boards/" + name
                        + ".json in the scenario's folder or in one above it");
        return Optional.empty();
    }
}
