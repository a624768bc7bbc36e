package org.iommulab.app.draw;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The tones as a JavaFX style sheet: a looked-up colour for each ({@code -lab-background}, {@code -lab-text}, ...), and
 * the names of the Modena theme that ControlsFX and the standard controls look up, so that they follow.
 */
public final class ThemeSheet {
    private ThemeSheet() {}

    /** The sheet of a theme; everything hangs on {@code .root}. */
    public static String css(Theme theme) {
        var css = new StringBuilder(".root {\n");
        for (Tone tone : Tone.values()) {
            css.append("    ")
                    .append(variable(tone))
                    .append(": ")
                    .append(tone.hex(theme))
                    .append(";\n");
            if (isMeaning(tone)) {
                css.append("    ")
                        .append(variable(tone))
                        .append("-text: ")
                        .append(tone.textHex(theme))
                        .append(";\n");
            }
        }
        MODENA.forEach((name, tone) -> css.append("    ")
                .append(name)
                .append(": ")
                .append(variable(tone))
                .append(";\n"));
        return css.append("}\n").toString();
    }

    /** Tones that words are set in get a second variable, {@code -lab-unmanaged-text}. */
    private static boolean isMeaning(Tone tone) {
        return tone.compareTo(Tone.KERNEL) >= 0;
    }

    /** The looked-up colour of a tone. */
    public static String variable(Tone tone) {
        return "-lab-" + tone.name().toLowerCase(Locale.ROOT);
    }

    /** The sheet as an address that a scene's list of style sheets takes, without a file. */
    public static String address(Theme theme) {
        return "data:text/css;base64,"
                + Base64.getEncoder().encodeToString(css(theme).getBytes(StandardCharsets.UTF_8));
    }

    private static final Map<String, Tone> MODENA = modena();

    private static Map<String, Tone> modena() {
        var names = new LinkedHashMap<String, Tone>();
        names.put("-fx-base", Tone.SOFT);
        names.put("-fx-background", Tone.PANEL);
        names.put("-fx-control-inner-background", Tone.PANEL);
        names.put("-fx-control-inner-background-alt", Tone.PANEL);
        names.put("-fx-accent", Tone.ACCENT);
        names.put("-fx-default-button", Tone.ACCENT);
        names.put("-fx-focus-color", Tone.ACCENT);
        names.put("-fx-text-box-border", Tone.HAIRLINE);
        names.put("-fx-box-border", Tone.HAIRLINE);
        names.put("-fx-text-base-color", Tone.TEXT);
        names.put("-fx-text-background-color", Tone.TEXT);
        names.put("-fx-text-inner-color", Tone.TEXT);
        names.put("-fx-prompt-text-fill", Tone.MUTED);
        names.put("-fx-mark-color", Tone.MUTED);
        return names;
    }
}
