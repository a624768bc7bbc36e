package org.iommulab.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel's C code takes for the same work, in ns a page: a Markdown table with a line for each format,
 * {@code | exynos / v3.3 | 4K | map | map of 512 | unmap | unmap of 512 | lookup |}.
 */
record CTable(List<String[]> lines, boolean sameMachine) {
    private static final Pattern MEDIAN = Pattern.compile("^([0-9.]+)");

    /** Not a range, {@code (5.4-5.9)}. */
    private static final Pattern FASTEST = Pattern.compile("\\(([0-9.]+)\\)");

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

    /** Nanoseconds a page, the median; empty when the table does not say. */
    OptionalDouble nanoseconds(String format, String config, Column column) {
        return number(format, config, column, MEDIAN);
    }

    /** Nanoseconds a page of the fastest pass, in parentheses behind the median; empty when the table does not say. */
    OptionalDouble fastest(String format, String config, Column column) {
        return number(format, config, column, FASTEST);
    }

    private OptionalDouble number(String format, String config, Column column, Pattern which) {
        int at = 3 + column.ordinal();
        return lines.stream()
                .filter(line -> line.length > at && line[1].equals(format + " / " + config))
                // A dash: the driver has no such call.
                .map(line -> which.matcher(line[at]))
                .filter(Matcher::find)
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst();
    }
}
