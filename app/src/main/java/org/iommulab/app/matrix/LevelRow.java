package org.iommulab.app.matrix;

import java.util.ArrayList;
import java.util.List;
import javafx.css.PseudoClass;
import javafx.scene.control.Button;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import org.iommulab.kernel.Level;

/** A button for each kernel, from before the series to the last release; a dot under those that are not swept yet. */
final class LevelRow extends HBox {
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final PseudoClass DONE = PseudoClass.getPseudoClass("done");

    private final MatrixModel model;
    private final List<Level> levels = Level.KNOWN;
    private final List<Button> buttons = new ArrayList<>();

    LevelRow(MatrixModel model) {
        this.model = model;
        getStyleClass().add("matrix-levels");
        setMinWidth(Region.USE_PREF_SIZE);
        for (Level level : levels) {
            var button = new Button(LevelNames.of(level));
            button.setId("matrix-level-" + level.key());
            button.getStyleClass().setAll("matrix-level");
            button.setMinWidth(Region.USE_PREF_SIZE);
            button.setOnAction(_ -> model.level(level));
            button.setTooltip(new Tooltip("Linux " + level.spec()));
            buttons.add(button);
            getChildren().add(button);
        }
        model.versionProperty().subscribe(_ -> mark());
    }

    private void mark() {
        for (int i = 0; i < levels.size(); i++) {
            Level level = levels.get(i);
            boolean here = level.equals(model.level());
            boolean done = model.state(level) == MatrixModel.State.DONE;
            buttons.get(i).pseudoClassStateChanged(HERE, here);
            buttons.get(i).pseudoClassStateChanged(DONE, done);
            buttons.get(i)
                    .setAccessibleText("Linux " + level.spec() + (here ? ", shown" : "") + (done ? ", swept" : ""));
        }
    }

    /** The level so many places further, if there is one. */
    void move(int by) {
        choose(levels.indexOf(model.level()) + by);
    }

    void choose(int index) {
        if (index >= 0 && index < levels.size()) {
            model.level(levels.get(index));
        }
    }
}
