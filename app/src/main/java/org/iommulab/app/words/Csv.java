package org.iommulab.app.words;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables as RFC 4180 has them. */
public final class Csv {
    private Csv() {}

    public static String text(List<String> heading, List<List<String>> rows) {
        return Stream.concat(Stream.of(heading), rows.stream()).map(Csv::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return cells.stream().map(Csv::quoted).collect(Collectors.joining(",")) + "\r\n";
    }

    private static String quoted(String cell) {
        return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + cell.replace("\"", "\"\"") + '"'
                : cell;
    }
}
