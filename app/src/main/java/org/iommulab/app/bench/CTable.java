package org.iommulab.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the kernel's C code takes for the same work, in ns a page: a Markdown table with a line for each format,
 * {@code | exynos / v3.3 | 4K | map | map of 512 | unmap | unmap of 512 | lookup |}.
 */
record CTable(List<String[]> lines, boolean sameMachine) {
    /** The columns, in their order after format and page size. */
    enum Column {
        MAP,
        MAP_512,
        UNMAP,
        UNMAP_512,
        LOOKUP;

        String words() {
            return switch (this) {
                case MAP -> "map x1";
                case MAP_512 -> "map x512";
                case UNMAP -> "unmap x1";
                case UNMAP_512 -> "unmap x512";
                case LOOKUP -> "lookup";
            };
        }
    }

    /** Linux 6.1.192, gcc 12.2 -O2, a shared virtual machine (AMD EPYC); not yours. */
    private static String elsewhere() {
        try (var table = Objects.requireNonNull(CTable.class.getResourceAsStream("elsewhere.md"), "elsewhere.md")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CTable of(Optional<String> measuredHere) {
        List<String[]> lines = measuredHere
                .orElseGet(CTable::elsewhere)
                .lines()
                .filter(l -> l.startsWith("|"))
                .map(l -> Arrays.stream(l.split("\\|")).map(String::strip).toArray(String[]::new))
                .toList();
        return new CTable(lines, measuredHere.isPresent());
    }

    /** Nanoseconds a page; empty when the table does not say. */
    OptionalDouble nanoseconds(String format, String config, Column column) {
        int at = 3 + column.ordinal();
        for (String[] line : lines) {
            if (line.length > at && line[1].equals(format + " / " + config)) {
                try {
                    return OptionalDouble.of(Double.parseDouble(line[at].split(" ")[0]));
                } catch (NumberFormatException e) {
                    // A dash: the driver has no such call.
                    return OptionalDouble.empty();
                }
            }
        }
        return OptionalDouble.empty();
    }
}
