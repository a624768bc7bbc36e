package org.iommulab.explore;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs golden page-table cases: what the Linux kernel's own code did, operation by operation, entry by entry. */
public final class Vectors {
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
    }

    /**
     * @param paths case files, or directories that are searched for them
     * @param out where to write each case as the lab ran it, under the same relative path
     * @throws java.io.UncheckedIOException when a file cannot be read or written
     */
    public static Report run(List<Path> paths, Optional<Path> out) {
        throw new UnsupportedOperationException();
    }
}
