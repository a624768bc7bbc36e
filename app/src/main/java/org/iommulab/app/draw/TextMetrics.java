package org.iommulab.app.draw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * How wide text is, from a table of advance widths that was made from the fonts themselves. One source for screen and
 * paper, without JavaFX and without opening a font. No kerning: neither the canvas nor our SVG applies it.
 */
public final class TextMetrics {
    static final String RESOURCE = "widths.txt";
    private static final int LIMIT = 0x2800;
    private static final Map<Cut, float[]> WIDTHS = read();

    private TextMetrics() {}

    /** Width in pixels. */
    public static double width(String text, Face face) {
        float[] widths = Objects.requireNonNull(WIDTHS.get(Cut.of(face)));
        float sum = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            sum += c < LIMIT ? widths[c] : 1;
        }
        return sum * face.size();
    }

    private static Map<Cut, float[]> read() {
        var all = new EnumMap<Cut, float[]>(Cut.class);
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TextMetrics.class.getResourceAsStream(RESOURCE)), StandardCharsets.US_ASCII))) {
            float[] widths = new float[LIMIT];
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                if (words[0].equals("cut")) {
                    widths = new float[LIMIT];
                    // what the font lacks comes from some other font; its width can only be guessed
                    Arrays.fill(widths, 0.6f);
                    all.put(Cut.valueOf(words[1]), widths);
                    continue;
                }
                int first = Integer.parseInt(words[0], 16);
                for (int i = 1; i < words.length; i++) {
                    widths[first + i - 1] = Integer.parseInt(words[i]) / 10_000f;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
