package org.iommulab.decode;

import java.util.List;

/**
 * Lines of a log that belong together, explained.
 *
 * @param from number of its first line
 * @param to number of its last line; others may lie between
 * @param lines the lines as they were read; of very many only the first
 * @param count how many lines there are
 * @param driver whose they are: {@code Intel VT-d}
 * @param title a few words
 * @param sentence what happened, in plain words
 */
public record Decoded(
        long from,
        long to,
        List<String> lines,
        int count,
        String driver,
        String title,
        String sentence,
        List<Field> fields) {
    public Decoded {
        lines = List.copyOf(lines);
        fields = List.copyOf(fields);
    }
}
