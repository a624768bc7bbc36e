package org.iommulab.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.json.BadInput;
import org.iommulab.json.Names;
import org.iommulab.json.Place;
import org.iommulab.json.Problem;

/** The scenarios and boards that come with the lab: a folder with a folder of scenarios for each subject. */
public record ScenarioLibrary(Path root) {
    private static final String BOARDS = "boards";
    private static final String SCHEMA = "schema";

    /** The library of the installed program, or of the project that the present folder is in. */
    public static Optional<ScenarioLibrary> usual() {
        var candidates = new ArrayList<Path>();
        Optional.ofNullable(System.getProperty("iommulab.home")).ifPresent(home -> candidates.add(Path.of(home)));
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            candidates.add(at);
        }
        return candidates.stream()
                .map(folder -> folder.resolve("scenarios"))
                .filter(folder -> Files.isDirectory(folder.resolve(BOARDS)))
                .findFirst()
                .map(ScenarioLibrary::new);
    }

    /** Every scenario file, sorted by its path. */
    public List<Path> scenarios() {
        return files(root).stream()
                .filter(file -> !file.startsWith(root.resolve(BOARDS)) && !file.startsWith(root.resolve(SCHEMA)))
                .toList();
    }

    public List<Path> boards() {
        return files(root.resolve(BOARDS));
    }

    /**
     * A scenario by its file or, when there is no such file, by its name in the usual library: the file's, alone or with
     * its folder's, or the one that lists and tables show.
     *
     * @throws BadInput when there is neither
     */
    public static Path find(String named) {
        Path file = Path.of(named);
        if (Files.exists(file)) {
            return file;
        }
        List<Path> known = usual().map(ScenarioLibrary::scenarios).orElse(List.of());
        return known.stream()
                .filter(scenario -> name(scenario).equals(named))
                .findFirst()
                .or(() -> known.stream()
                        .filter(scenario -> scenario.endsWith(named + ".json") || hasId(scenario, named))
                        .findFirst())
                .orElseThrow(() -> new BadInput(List.of(new Problem(
                        named,
                        new Place(1, 1),
                        "",
                        "there is no such file and no such scenario"
                                + Names.hint(
                                        named,
                                        known.stream()
                                                .map(ScenarioLibrary::name)
                                                .toList())))));
    }

    private static boolean hasId(Path scenario, String id) {
        try {
            return Files.readString(scenario).contains("\"id\": \"" + id + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's name without its ending. */
    public static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
    }

    private static List<Path> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, 4)) {
            return all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
