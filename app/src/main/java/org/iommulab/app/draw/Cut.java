package org.iommulab.app.draw;

import java.io.IOException;
import java.io.InputStream;

/** A font file that we set text with. A face takes the cut that is nearest to its weight. */
enum Cut {
    INTER("/com/formdev/flatlaf/fonts/inter/Inter-Regular.otf"),
    INTER_SEMI_BOLD("/com/formdev/flatlaf/fonts/inter/Inter-SemiBold.otf"),
    JETBRAINS_MONO("/com/formdev/flatlaf/fonts/jetbrains_mono/JetBrainsMono-Regular.ttf"),
    JETBRAINS_MONO_BOLD("/com/formdev/flatlaf/fonts/jetbrains_mono/JetBrainsMono-Bold.ttf");

    private final String resource;

    Cut(String resource) {
        this.resource = resource;
    }

    static Cut of(Face face) {
        return switch (face.family()) {
            case WORDS -> face.weight() >= 500 ? INTER_SEMI_BOLD : INTER;
            case MONO -> face.weight() >= 600 ? JETBRAINS_MONO_BOLD : JETBRAINS_MONO;
        };
    }

    InputStream open() throws IOException {
        InputStream in = Cut.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("font is not on the class path: " + resource);
        }
        return in;
    }
}
