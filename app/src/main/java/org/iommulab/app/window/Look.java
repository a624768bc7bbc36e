package org.iommulab.app.window;

import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Scene;
import org.iommulab.app.draw.FxFonts;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.ThemeSheet;

/** Dark or light, at a desk or on a projector; dresses a scene accordingly. */
final class Look {
    private static final double DESK = 12.5;
    private static final double PROJECTOR = 1.5;

    private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.DARK);
    private final BooleanProperty projector = new SimpleBooleanProperty();

    Look() {
        FxFonts.load();
    }

    ObjectProperty<Theme> themeProperty() {
        return theme;
    }

    /** Text and everything measured in it half as large again. */
    BooleanProperty projectorProperty() {
        return projector;
    }

    void switchTheme() {
        theme.set(
                switch (theme.get()) {
                    case DARK -> Theme.LIGHT;
                    case LIGHT -> Theme.DARK;
                });
    }

    void dress(Scene scene) {
        theme.subscribe(now -> scene.getStylesheets().setAll(ThemeSheet.address(now), sheet()));
        projector.subscribe(
                large -> scene.getRoot().setStyle("-fx-font-size: " + (large ? DESK * PROJECTOR : DESK) + "px;"));
    }

    static String sheet() {
        return Look.class.getResource("lab.css").toExternalForm();
    }
}
