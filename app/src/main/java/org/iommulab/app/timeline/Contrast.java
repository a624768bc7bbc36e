package org.iommulab.app.timeline;

import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.Tone;

/** The contrast of two colours as WCAG 2 counts it. */
final class Contrast {
    private Contrast() {}

    /** Of a text on a fill that lets {@code 1 - opacity} of the ground through. */
    static double of(Tone text, Tone fill, double opacity, Tone ground, Theme theme) {
        double a = luminance(rgb(text, theme));
        double b = luminance(mixed(rgb(fill, theme), opacity, rgb(ground, theme)));
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static int[] rgb(Tone tone, Theme theme) {
        int value = Integer.parseInt(tone.hex(theme).substring(1), 16);
        return new int[] {value >> 16, value >> 8 & 0xff, value & 0xff};
    }

    private static int[] mixed(int[] over, double opacity, int[] under) {
        int[] mixed = new int[3];
        for (int i = 0; i < 3; i++) {
            mixed[i] = (int) Math.round(over[i] * opacity + under[i] * (1 - opacity));
        }
        return mixed;
    }

    private static double luminance(int[] rgb) {
        return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}
