package org.iommulab.app.window;

import java.util.Locale;
import javafx.scene.layout.Region;

/** The window's few glyphs. Their outlines are in the style sheet, so they take its colours and sizes. */
enum Icon {
    FIRST,
    BACK,
    PLAY,
    PAUSE,
    FORWARD,
    LAST,
    THEME,
    MENU;

    Region node() {
        var region = new Region();
        region.getStyleClass().addAll("icon", styleClass());
        return region;
    }

    String styleClass() {
        return "icon-" + name().toLowerCase(Locale.ROOT);
    }
}
