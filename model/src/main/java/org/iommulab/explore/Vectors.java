package org.iommulab.explore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.iommulab.board.Registry;
import org.iommulab.sim.LimitReached;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs golden cases: what the Linux kernel's own code did, operation by operation; with page tables entry by entry, with
 * the core's mapping call by call.
 */
public final class Vectors {
    private final JsonMapper json = JsonMapper.builder().build();
    private final VectorWriter writer = new VectorWriter(json);
    private final Map<String, Counter> counters = new TreeMap<>();

    private Vectors() {}

    /**
     * One format's cases.
     *
     * @param failures first difference of each failed case, {@code file: what}
     * @param ran false for a format that the lab cannot run; its cases count neither as passed nor as failed
     */
    public record Row(String format, int passed, int failed, List<String> failures, boolean ran) {
        public Row {
            failures = List.copyOf(failures);
        }
    }

    /** All formats, sorted by name. */
    public record Report(List<Row> rows, int passed, int failed) {
        public Report {
            rows = List.copyOf(rows);
        }

        /** The formats that were asked for but cannot be run. */
        public List<String> skipped() {
            return rows.stream().filter(r -> !r.ran()).map(Row::format).toList();
        }
    }

    private static final class Counter {
        private final List<String> failures = new ArrayList<>();
        private int passed;
        private boolean ran;
    }

    private record Found(Path file, Path relative) {}

    /**
     * @param paths case files, or directories that are searched for them
     * @param out where to write each case as the lab ran it, under the same relative path (relative to the one path
     *     given, or to what several have in common)
     * @throws UncheckedIOException when a file cannot be read or written
     */
    public static Report run(List<Path> paths, Optional<Path> out) {
        var vectors = new Vectors();
        for (Found found : find(paths)) {
            vectors.run(found, out);
        }
        return vectors.report();
    }

    private static List<Found> find(List<Path> paths) {
        var found = new ArrayList<Found>();
        Path common = commonParent(paths);
        for (Path path : paths) {
            try (Stream<Path> walk = Files.walk(path)) {
                walk.filter(f -> f.toString().endsWith(".json") && Files.isRegularFile(f))
                        .map(f -> new Found(
                                f, common.relativize(f.toAbsolutePath().normalize())))
                        .forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        found.sort(Comparator.comparing(f -> f.relative().toString()));
        return found;
    }

    /** A directory alone stands for itself; of files, and of several paths, what contains them. */
    private static Path commonParent(List<Path> paths) {
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("no path to look for cases in");
        }
        Path first = paths.getFirst().toAbsolutePath().normalize();
        Path common = paths.size() == 1 && Files.isDirectory(first) ? first : parent(first);
        for (Path path : paths) {
            while (!path.toAbsolutePath().normalize().startsWith(common)) {
                common = parent(common);
            }
        }
        return common;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private Optional<CaseRunner> runner(String format) {
        return format.equals(CoreCase.FORMAT)
                ? Optional.of(new CoreCases(json))
                : Registry.goldenFormat(format).map(f -> new TableCases(f, writer));
    }

    private void run(Found found, Optional<Path> out) {
        String format = "unreadable";
        Optional<String> difference;
        try {
            JsonNode file = json.readTree(Files.readAllBytes(found.file()));
            format = file.path("format").asString(format);
            Optional<CaseRunner> known = runner(format);
            // A format that the lab has not got.
            if (known.isEmpty() && file.path("format").isString()) {
                counters.computeIfAbsent(format, f -> new Counter());
                return;
            }
            CaseRunner runner = known.orElseThrow(() -> new BadVector("not a case: \"format\" is expected"));
            if (out.isPresent()) {
                write(out.get().resolve(found.relative().toString()), runner.answers(file));
            }
            difference = runner.difference(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JacksonException e) {
            difference = Optional.of("not JSON: " + e.getOriginalMessage());
        } catch (BadVector | IllegalArgumentException | LimitReached e) {
            difference = Optional.of(String.valueOf(e.getMessage()));
        }
        count(format, found.relative(), difference);
    }

    private void count(String format, Path file, Optional<String> difference) {
        var counter = counters.computeIfAbsent(format, f -> new Counter());
        counter.ran = true;
        if (difference.isPresent()) {
            counter.failures.add(file + ": " + difference.get());
        } else {
            counter.passed++;
        }
    }

    private void write(Path target, ObjectNode answers) throws IOException {
        Files.createDirectories(parent(target.toAbsolutePath()));
        Files.writeString(target, json.writeValueAsString(answers) + "\n");
    }

    private Report report() {
        var rows = new ArrayList<Row>();
        int passed = 0;
        int failed = 0;
        for (var entry : counters.entrySet()) {
            Counter counter = entry.getValue();
            int failures = counter.failures.size();
            rows.add(new Row(entry.getKey(), counter.passed, failures, counter.failures, counter.ran));
            passed += counter.passed;
            failed += failures;
        }
        return new Report(rows, passed, failed);
    }
}
