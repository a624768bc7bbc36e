package org.iommulab.app.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.OTFParser;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.junit.jupiter.api.Test;

/** The table of widths is what the fonts say. After a change of fonts: run with {@code -Dwidths.write=true}. */
class TextMetricsTest {
    private static final int[][] RANGES = {
        {0x20, 0x7e},
        {0xa0, 0x17f},
        {0x391, 0x3c9},
        {0x2010, 0x203a},
        {0x2070, 0x2089},
        {0x2190, 0x21ff},
        {0x2200, 0x22ff},
        {0x2318, 0x2325},
        {0x25a0, 0x25ff},
        {0x2600, 0x2604},
        {0x2713, 0x2718}
    };

    @Test
    void theTableHoldsWhatTheFontsSay() throws IOException {
        String made = table();
        if (Boolean.getBoolean("widths.write")) {
            Files.writeString(Path.of("src/main/resources/org/iommulab/app/draw", TextMetrics.RESOURCE), made);
        }
        try (var in = TextMetrics.class.getResourceAsStream(TextMetrics.RESOURCE)) {
            assertThat(in).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo(made);
        }
    }

    @Test
    void monoIsAsWideForEveryCharacter() {
        assertThat(TextMetrics.width("iiii", Face.mono(10))).isEqualTo(TextMetrics.width("WWWW", Face.mono(10)));
        assertThat(TextMetrics.width("iiii", Face.words(10))).isLessThan(TextMetrics.width("WWWW", Face.words(10)));
    }

    private static String table() throws IOException {
        var out = new StringBuilder();
        for (Cut cut : Cut.values()) {
            out.append("cut ").append(cut).append('\n');
            try (TrueTypeFont font = open(cut)) {
                CmapLookup cmap = font.getUnicodeCmapLookup();
                for (int[] range : RANGES) {
                    append(out, font, cmap, range[0], range[1]);
                }
            }
        }
        return out.toString();
    }

    /** One line for each run of characters that the font has. */
    private static void append(StringBuilder out, TrueTypeFont font, CmapLookup cmap, int first, int last)
            throws IOException {
        boolean inRun = false;
        for (int c = first; c <= last; c++) {
            int glyph = cmap.getGlyphId(c);
            if (glyph == 0) {
                out.append(inRun ? "\n" : "");
                inRun = false;
                continue;
            }
            if (!inRun) {
                out.append(Integer.toHexString(c));
            }
            inRun = true;
            out.append(' ').append(Math.round(font.getAdvanceWidth(glyph) * 10_000f / font.getUnitsPerEm()));
        }
        out.append(inRun ? "\n" : "");
    }

    private static TrueTypeFont open(Cut cut) throws IOException {
        try (var in = cut.open()) {
            var bytes = new RandomAccessReadBuffer(in.readAllBytes());
            return cut.name().startsWith("INTER") ? new OTFParser().parse(bytes) : new TTFParser().parse(bytes);
        }
    }
}
