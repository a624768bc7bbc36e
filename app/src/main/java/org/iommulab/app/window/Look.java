package org.iommulab.app.window;

import javafx.application.ConditionalFeature;
import javafx.application.Platform;
import javafx.beans.binding.Bindings;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Scene;
import org.iommulab.app.draw.FxFonts;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.draw.ThemeSheet;

/** Dark or light, at a desk or on a projector; dresses a scene accordingly. */
final class Look {
    /** Text at a desk, in a window of the usual size. */
    private static final double TEXT = 12.5;

    /** The width and height of a window in which everything has its usual size; a larger one makes it larger. */
    private static final double[] DESK = {1600, 1000};

    /** The same for a hall: of a smaller window there is little to give, of a larger one all. */
    private static final double[] HALL = {1270, 700};

    private static final double LARGEST = 2.5;

    private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.DARK);
    private final BooleanProperty projector = new SimpleBooleanProperty();
    private final ReadOnlyDoubleWrapper scale = new ReadOnlyDoubleWrapper(1);

    Look() {
        FxFonts.load();
    }

    ObjectProperty<Theme> themeProperty() {
        return theme;
    }

    /** How much larger than usual everything is: on large screens, and in a lecture hall. */
    ReadOnlyDoubleProperty scaleProperty() {
        return scale.getReadOnlyProperty();
    }

    /** For the last row of a lecture hall: larger text, and more room for the graph. */
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
        if (!Platform.isSupported(ConditionalFeature.TRANSPARENT_WINDOW)) {
            scene.getRoot().getStyleClass().add("solid-windows"); // rounded corners of a menu would be white
        }
        theme.subscribe(now -> scene.getStylesheets().setAll(ThemeSheet.address(now), sheet()));
        scale.subscribe(times -> scene.getRoot().setStyle("-fx-font-size: " + TEXT * times.doubleValue() + "px;"));
        scale.bind(Bindings.createDoubleBinding(
                () -> scaleFor(scene.getWidth(), scene.getHeight(), projector.get()),
                scene.widthProperty(),
                scene.heightProperty(),
                projector));
    }

    /** In twentieths, so that dragging a window's edge does not set everything in motion. */
    static double scaleFor(double width, double height, boolean hall) {
        double[] usual = hall ? HALL : DESK;
        double times = Math.clamp(Math.min(width / usual[0], height / usual[1]), hall ? 1.15 : 1, LARGEST);
        return Math.rint(times * 20) / 20;
    }

    static String sheet() {
        return Look.class.getResource("lab.css").toExternalForm();
    }
}
