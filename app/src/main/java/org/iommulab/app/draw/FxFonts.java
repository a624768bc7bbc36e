package org.iommulab.app.draw;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import javafx.scene.text.Font;

/**
 * The lab's fonts for JavaFX, out of the jars that bring them. A cut is read once, when it is first asked for; after
 * {@link #load} style sheets can name the families {@code Inter} and {@code JetBrains Mono}.
 */
public final class FxFonts {
    private static final Map<Cut, String> NAMES = new EnumMap<>(Cut.class);
    private static final Map<Face, Font> FONTS = new HashMap<>();

    private FxFonts() {}

    /** Reads every cut, so that style sheets find the families. */
    public static void load() {
        for (Cut cut : Cut.values()) {
            name(cut);
        }
    }

    /** The font of a face. On the window's thread or, without a window, on any one thread. */
    public static synchronized Font of(Face face) {
        Font font = FONTS.get(face);
        if (font == null) {
            if (FONTS.size() > 500) { // sizes are free while zooming
                FONTS.clear();
            }
            font = new Font(name(Cut.of(face)), face.size());
            FONTS.put(face, font);
        }
        return font;
    }

    private static synchronized String name(Cut cut) {
        return NAMES.computeIfAbsent(cut, FxFonts::read);
    }

    private static String read(Cut cut) {
        try (InputStream in = cut.open()) {
            return Objects.requireNonNull(Font.loadFont(in, 12), "unreadable font " + cut)
                    .getName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
