package org.iommulab.app.window;

import java.util.Locale;
import java.util.Optional;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Loaded;

/** Over the graph while a long file is read: how far it is, and a button that stops it. */
final class LoadingNote extends StackPane {
    private final ProgressBar bar = new ProgressBar(0);
    private final Label amount = new Label();

    LoadingNote(ObservableValue<Optional<Loaded>> loaded, Action stop) {
        getStyleClass().add("loading-veil");
        var title = new Label("Reading the trace");
        title.getStyleClass().add("title");
        bar.setId("loading");
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.setAccessibleText("How much of the trace is read");
        amount.getStyleClass().add("muted");
        amount.setMinWidth(Region.USE_PREF_SIZE);
        var button = new Button("Stop here");
        button.setId("loading-stop");
        button.getStyleClass().add("tool");
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> stop.perform());
        var page = new VBox(title, bar, amount, button);
        page.getStyleClass().addAll("sheet", "loading-note");
        page.setAlignment(Pos.CENTER_LEFT);
        page.setMaxSize(420, Region.USE_PREF_SIZE);
        getChildren().setAll(page);
        loaded.subscribe(found -> {
            setVisible(found.isPresent());
            setManaged(found.isPresent());
            found.ifPresent(this::show);
        });
    }

    private void show(Loaded loaded) {
        bar.setProgress(loaded.part());
        amount.setText(String.format(
                Locale.ROOT,
                "%.0f of %.0f MB, %.0f %%",
                loaded.bytes() / 1e6,
                loaded.whole() / 1e6,
                100 * loaded.part()));
    }
}
