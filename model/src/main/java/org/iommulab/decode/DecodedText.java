package org.iommulab.decode;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;

/** An explanation as lines of text; nested things are indented. */
public final class DecodedText {
    private static final int LINES_SHOWN = 16;

    private DecodedText() {}

    public static List<String> lines(Decoded decoded) {
        var lines = new ArrayList<String>();
        lines.add(heading(decoded));
        decoded.lines().stream().limit(LINES_SHOWN).forEach(line -> lines.add("  | " + line));
        if (decoded.count() > LINES_SHOWN) {
            lines.add("  | and " + (decoded.count() - LINES_SHOWN) + " more lines");
        }
        lines.add("  " + decoded.sentence());
        int width = decoded.fields().stream()
                .mapToInt(field -> field.name().length())
                .max()
                .orElse(0);
        for (Field field : decoded.fields()) {
            lines.add("  " + field.name() + " ".repeat(width - field.name().length()) + "  " + field.value()
                    + dashed(field.meaning()) + "  [" + field.source() + "]");
            field.bits().forEach(bits -> lines.add("    " + bits(bits)));
        }
        return lines;
    }

    /** Where, whose and what. */
    public static String heading(Decoded decoded) {
        String where =
                decoded.count() == 1 ? "line " + decoded.from() : "lines " + decoded.from() + " to " + decoded.to();
        return where + ": " + decoded.driver() + ": " + decoded.title();
    }

    /** A field of bits: {@code 3 PF = 1: the page may not be written}. */
    public static String bits(BitField bits) {
        String place = bits.high() == bits.low() ? Integer.toString(bits.high()) : bits.high() + ":" + bits.low();
        return place + " " + bits.name() + " = "
                + (bits.high() == bits.low() ? Long.toString(bits.value()) : Hex.of(bits.value()))
                + (bits.meaning().isEmpty() ? "" : ": " + bits.meaning());
    }

    private static String dashed(String meaning) {
        return meaning.isEmpty() ? "" : " - " + meaning;
    }
}
