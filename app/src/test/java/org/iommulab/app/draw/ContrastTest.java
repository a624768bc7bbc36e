package org.iommulab.app.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written can be read, and what is drawn can be seen, on every ground of both themes. */
class ContrastTest {
    private static final Set<Tone> GROUNDS = EnumSet.of(Tone.BACKGROUND, Tone.PANEL, Tone.SOFT);

    /** A hairline only sets areas apart; nothing is said by it alone. */
    private static final Set<Tone> DRAWN =
            EnumSet.complementOf(EnumSet.of(Tone.BACKGROUND, Tone.PANEL, Tone.SOFT, Tone.HAIRLINE));

    record Pair(Theme theme, Tone tone, Tone ground) {}

    static Stream<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Theme theme : Theme.values()) {
            DRAWN.forEach(tone -> GROUNDS.forEach(ground -> pairs.add(new Pair(theme, tone, ground))));
        }
        return pairs.stream();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void lettersAndLinesStandOut(Pair pair) {
        String ground = pair.ground().hex(pair.theme());
        assertThat(contrast(pair.tone().textHex(pair.theme()), ground))
                .as("letters")
                .isGreaterThanOrEqualTo(4.5);
        assertThat(contrast(pair.tone().hex(pair.theme()), ground)).as("lines").isGreaterThanOrEqualTo(3);
    }

    /** WCAG 2.2, contrast ratio. */
    private static double contrast(String a, String b) {
        double la = luminance(a);
        double lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }

    private static double luminance(String hex) {
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}
