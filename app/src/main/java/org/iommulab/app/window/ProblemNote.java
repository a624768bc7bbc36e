package org.iommulab.app.window;

import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;

/** Where the graph would be, when nothing can be shown: what is wrong with the file, and what to do now. */
final class ProblemNote extends VBox {
    ProblemNote(Playback playback, ObservableValue<Optional<String>> problem) {
        getStyleClass().add("problem-note");
        setAlignment(Pos.CENTER);
        setFillWidth(true);
        var title = new Label("It cannot be shown");
        title.getStyleClass().add("title");
        var reason = new Label();
        reason.setId("problem");
        reason.getStyleClass().addAll("mono", "danger");
        reason.setWrapText(true);
        reason.setMinHeight(0);
        var advice = new Label("Mend the file and open it again, or choose another story at the top left.");
        advice.getStyleClass().add("muted");
        advice.setWrapText(true);
        advice.setMinHeight(Region.USE_PREF_SIZE);
        getChildren().setAll(title, reason, advice);
        reason.textProperty()
                .bind(Bindings.createStringBinding(() -> problem.getValue().orElse(""), problem));
        BooleanBinding nothing = Bindings.createBooleanBinding(
                () -> problem.getValue().isPresent()
                        && playback.nowProperty().get().isEmpty(),
                problem,
                playback.nowProperty());
        visibleProperty().bind(nothing);
        managedProperty().bind(nothing);
        setMouseTransparent(true);
    }
}
