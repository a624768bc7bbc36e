package org.iommulab.app.story;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Playback.LevelOutcome;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;

/** One button a level of the series, in the colour and with the mark of its outcome on this story. */
final class PatchRow extends VBox {
    private final Playback playback;
    private final List<Button> buttons = new ArrayList<>();
    private final Label caption = new Label();

    PatchRow(Playback playback, ObservableValue<KernelBuild> kernel, ObservableValue<Optional<Level>> firstBad) {
        this.playback = playback;
        getStyleClass().add("patch-row");
        var grid = new GridPane();
        grid.getStyleClass().add("patch-grid");
        for (Level level : Level.SERIES) {
            Button button = button(level);
            var column = new ColumnConstraints();
            column.setHgrow(Priority.ALWAYS);
            grid.getColumnConstraints().add(column);
            grid.add(button, buttons.size(), 0);
            buttons.add(button);
        }
        caption.getStyleClass().add("patch-caption");
        caption.setWrapText(true);
        caption.setMinHeight(USE_PREF_SIZE);
        getChildren().addAll(grid, caption);
        playback.levelsProperty().subscribe(levels -> {
            for (int i = 0; i < levels.size(); i++) {
                colour(buttons.get(i), levels.get(i));
            }
            // A captured machine has no core behind it that could be another one.
            setDisable(levels.isEmpty());
            describe(levels, firstBad.getValue());
        });
        kernel.subscribe(this::outline);
    }

    private Button button(Level level) {
        var mark = new Region();
        mark.getStyleClass().add("mark");
        var button = new Button(level.label().replace("fix ", "f"), mark);
        button.setContentDisplay(ContentDisplay.BOTTOM);
        button.setAlignment(Pos.CENTER);
        button.setMaxWidth(Double.MAX_VALUE);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> playback.kernel(level.build()));
        button.setTooltip(new Tooltip());
        button.getStyleClass().setAll("level");
        return button;
    }

    private static void colour(Button button, LevelOutcome level) {
        button.getStyleClass().removeIf(name -> name.startsWith("outcome-"));
        button.getStyleClass().add(OutcomeMark.styleClass(level.outcome()));
        String sentence = "Linux " + level.level().spec() + ": " + OutcomeMark.sentence(level.outcome());
        button.getTooltip().setText(sentence);
        button.setAccessibleText(sentence);
    }

    private void outline(KernelBuild kernel) {
        for (int i = 0; i < buttons.size(); i++) {
            List<String> classes = buttons.get(i).getStyleClass();
            classes.remove("here");
            if (Level.SERIES.get(i).build().equals(kernel)) {
                classes.add("here");
            }
        }
    }

    private void describe(List<LevelOutcome> levels, Optional<Level> firstBad) {
        if (levels.isEmpty()) {
            caption.setText("A captured trace: no core ran behind it");
            return;
        }
        boolean running = levels.stream().anyMatch(level -> level.outcome().isEmpty());
        caption.setText(firstBad.map(PatchRow::name)
                .map(name -> "First bad: " + name + ", for this story")
                .orElse(running ? "Running the series" : "No level is worse than 6.2 before the series"));
        caption.getStyleClass().remove("danger");
        if (firstBad.isPresent()) {
            caption.getStyleClass().add("danger");
        }
    }

    private static String name(Level level) {
        return Character.isDigit(level.label().charAt(0)) && !level.label().contains(".")
                ? "patch " + level.label()
                : level.label();
    }
}
