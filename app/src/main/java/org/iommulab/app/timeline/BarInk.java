package org.iommulab.app.timeline;

import java.util.Arrays;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;

/**
 * How a bar is filled and what is written on it: the full colour where some text reads on it, otherwise as much of the
 * colour as the text allows.
 *
 * @param fill of the bar, drawn on the panel
 * @param text of its label
 */
record BarInk(Ink fill, Tone text) {
    static final double READABLE = 4.5;
    private static final BarInk[][] MADE = Arrays.stream(Theme.values())
            .map(theme ->
                    Arrays.stream(Tone.values()).map(tone -> made(tone, theme)).toArray(BarInk[]::new))
            .toArray(BarInk[][]::new);

    static BarInk of(Tone tone, Theme theme) {
        return MADE[theme.ordinal()][tone.ordinal()];
    }

    private static BarInk made(Tone tone, Theme theme) {
        for (double opacity = 1; opacity > 0.15; opacity -= 0.1) {
            for (Tone text : new Tone[] {Tone.BACKGROUND, Tone.PANEL, Tone.TEXT}) {
                if (Contrast.of(text, tone, opacity, Tone.PANEL, theme) >= READABLE) {
                    return new BarInk(new Ink(tone, opacity), text);
                }
            }
        }
        return new BarInk(new Ink(tone, 0.1), Tone.TEXT);
    }
}
