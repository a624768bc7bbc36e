package org.iommulab.app.window;

import javafx.application.Platform;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.Region;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Story;

/** The window's three columns. The middle takes what the sides leave. */
final class Columns {
    private Columns() {}

    static SplitPane of(LivePlayback playback, Look look, Region left, Region middle, Region right) {
        left.setMinWidth(200);
        left.setPrefWidth(300);
        middle.setMinWidth(360);
        right.setMinWidth(220);
        right.setPrefWidth(350);
        var split = new SplitPane(left, middle, right);
        split.getStyleClass().add("columns");
        SplitPane.setResizableWithParent(left, false);
        SplitPane.setResizableWithParent(right, false);
        // A window that grows changes the scale first and the width of what is in it with the next layout.
        var due = new SimpleBooleanProperty(true);
        split.widthProperty().subscribe((_, now) -> {
            if (due.get() && now.doubleValue() > 0) {
                due.set(false);
                share(split, playback, look);
                // The split pane lays out what it had before; what is asked for while it does is lost.
                Platform.runLater(() -> share(split, playback, look));
            }
        });
        look.scaleProperty().subscribe(_ -> {
            due.set(true);
            share(split, playback, look);
        });
        playback.storyProperty().subscribe(_ -> share(split, playback, look));
        return split;
    }

    /** The side columns take about a fifth each, less in absolute terms on small screens, more with larger text. */
    private static void share(SplitPane columns, LivePlayback playback, Look look) {
        double width = columns.getWidth();
        if (width > 0) {
            double times = look.scaleProperty().get();
            // the list of groups is wider than a story's chapters
            boolean still = playback.storyProperty().get().filter(Story::still).isPresent();
            double side = still
                    ? Math.clamp(width * 0.255, 320 * times, 400 * times)
                    : Math.clamp(width * 0.1875, 232 * times, 300 * times);
            double other = Math.clamp(width * 0.2175, 264 * times, 348 * times);
            columns.setDividerPositions(side / width, 1 - other / width);
        }
    }
}
