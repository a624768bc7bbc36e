package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Writes tables as RFC 4180 has them. */
final class Csv {
    private Csv() {}

    static void write(PrintWriter out, List<String> heading, List<List<String>> rows) {
        line(out, heading);
        rows.forEach(row -> line(out, row));
    }

    private static void line(PrintWriter out, List<String> cells) {
        out.print(cells.stream().map(Csv::quoted).collect(Collectors.joining(",")));
        out.print("\r\n");
    }

    private static String quoted(String cell) {
        return cell.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + cell.replace("\"", "\"\"") + '"'
                : cell;
    }
}
