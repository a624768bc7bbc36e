package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** In which form a command answers. */
final class Output {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    enum Format {
        text,
        json
    }

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES}; JSON goes to standard output alone (default: text)",
            defaultValue = "text")
    private Format format = Format.text;

    boolean isJson() {
        return format == Format.json;
    }

    /** Writes a value as JSON: maps, lists, records, texts, numbers. */
    static void json(PrintWriter out, Object value) {
        out.println(JSON.writeValueAsString(value));
    }

    /** Writes a table: a heading, then the rows, each column as wide as its widest cell. */
    static void table(PrintWriter out, List<String> heading, List<List<String>> rows) {
        var all = new ArrayList<List<String>>();
        all.add(heading);
        all.addAll(rows);
        int[] widths = new int[heading.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Writes a table as Markdown has it. */
    static void markdown(PrintWriter out, List<String> heading, List<List<String>> rows) {
        out.println("| " + String.join(" | ", heading) + " |");
        out.println("| --- ".repeat(heading.size()) + "|");
        rows.forEach(row -> out.println("| " + String.join(" | ", row) + " |"));
    }
}
