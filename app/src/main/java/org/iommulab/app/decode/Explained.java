package org.iommulab.app.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.board.Registry;
import org.iommulab.decode.Decoded;
import org.iommulab.decode.DecodedText;
import org.iommulab.decode.Field;
import org.iommulab.decode.LogDecoder;
import org.iommulab.explore.FaultWalks;
import org.iommulab.scenario.PlayedRun;

/**
 * A pasted text, explained.
 *
 * @param tally how many lines there were and how many were recognised
 */
record Explained(List<Row> rows, String tally) {
    /** A text that is longer is for the command line. */
    static final int MOST_LINES = 20_000;

    Explained {
        rows = List.copyOf(rows);
    }

    /** @param run that may print such lines too */
    static Explained of(String text, Optional<PlayedRun> run) {
        var rows = new ArrayList<Row>();
        Optional<FaultWalks> walks = run.map(FaultWalks::new);
        var decoder = new LogDecoder(Registry.faultTexts(), decoded -> {
            add(decoded, rows);
            walks.ifPresent(known -> known.access(decoded)
                    .ifPresent(step -> rows.add(Row.at(step, "This story prints it too: see the walk, step " + step))));
        });
        text.lines().limit(MOST_LINES).forEach(decoder::line);
        decoder.end();
        return new Explained(rows, decoder.lines() + " lines, " + decoder.recognised() + " decoded");
    }

    private static void add(Decoded decoded, List<Row> rows) {
        if (!rows.isEmpty()) {
            rows.add(new Row(Row.Kind.EMPTY, ""));
        }
        rows.add(new Row(Row.Kind.HEADING, DecodedText.heading(decoded)));
        decoded.lines().forEach(line -> rows.add(new Row(Row.Kind.QUOTE, line.replace('\t', ' '))));
        rows.add(new Row(Row.Kind.SENTENCE, decoded.sentence()));
        for (Field field : decoded.fields()) {
            String meaning = field.meaning().isEmpty() ? "" : " - " + field.meaning();
            rows.add(new Row(
                    Row.Kind.FIELD, field.name() + " " + field.value() + meaning + "  [" + field.source() + "]"));
            field.bits().forEach(bits -> rows.add(new Row(Row.Kind.BITS, "    " + DecodedText.bits(bits))));
        }
    }
}
