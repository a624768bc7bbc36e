package org.iommulab.app.draw;

/** A colour by its meaning. The one place where colours are written down; style sheets, canvas and exports ask here. */
public enum Tone {
    BACKGROUND("#14171c", "#f5f6f8"),
    PANEL("#1b1f26", "#ffffff"),
    SOFT("#232932", "#eef1f5"),
    HAIRLINE("#2b313b", "#dfe3e9"),
    TEXT("#e6e9ee", "#1b212b"),
    MUTED("#8d97a6", "#636d7b"),
    /** Translated for the kernel: DMA, DMA-FQ. */
    KERNEL("#4aa8ff", "#0072b2"),
    /** Translated for somebody else: UNMANAGED. */
    UNMANAGED("#f2b134", "#b97400", "#936000"),
    IDENTITY("#2fc99a", "#008a63", "#007b58"),
    BLOCKED("#ff7a45", "#c84e00", "#b84800"),
    /** SVA, nested. */
    NESTED("#d58ad0", "#a3478f"),
    /** The platform's own, nobody's. */
    PLATFORM("#aab4c2", "#5c6777"),
    /** A fault, a broken rule. */
    DANGER("#ff5d6c", "#c5162e"),
    /** Where we are, what is selected. */
    ACCENT("#7c9cff", "#3557d6");

    private final String dark;
    private final String light;
    private final String lightText;

    Tone(String dark, String light) {
        this(dark, light, light);
    }

    Tone(String dark, String light, String lightText) {
        this.dark = dark;
        this.light = light;
        this.lightText = lightText;
    }

    /** {@code #rrggbb}. */
    public String hex(Theme theme) {
        return switch (theme) {
            case DARK -> dark;
            case LIGHT -> light;
        };
    }

    /** The shade for letters, {@code #rrggbb}: a little darker on light ground where the tone itself is hard to read. */
    public String textHex(Theme theme) {
        return switch (theme) {
            case DARK -> dark;
            case LIGHT -> lightText;
        };
    }
}
