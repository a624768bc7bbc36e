package org.iommulab.app.window;

import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import org.iommulab.app.compare.CompareView;
import org.iommulab.app.compare.LiveCompare;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.kernel.KernelBuild;

/** The comparison, laid over the whole window until Escape. */
final class ComparePage extends StackPane {
    private final Pane layer;
    private final RunSource source;
    private final LiveCompare compare;
    private final CompareView view;

    ComparePage(Pane layer, RunSource source, LiveCompare compare, Look look) {
        this.layer = layer;
        this.source = source;
        this.compare = compare;
        setId("compare");
        getStyleClass().add("compare-page");
        view = new CompareView(compare, look.themeProperty());
        view.scaleProperty().bind(look.scaleProperty());
        view.setId("compare-view");
        var waiting = new Label();
        waiting.setId("compare-waiting");
        waiting.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> compare.problemProperty().get().orElse("Playing and comparing"),
                        compare.problemProperty()));
        waiting.visibleProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> compare.sceneProperty().get().isEmpty(), compare.sceneProperty()));
        getChildren().addAll(view, waiting, buttons());
        addEventHandler(KeyEvent.KEY_PRESSED, this::pressed);
        compare.sceneProperty().subscribe(scene -> scene.ifPresent(_ -> show()));
    }

    private HBox buttons() {
        var buttons = new HBox(
                button("Previous", "The difference before (Shift+N)", compare::previousDifference),
                button("First divergence", "Where the runs part (D)", compare::firstDivergence),
                button("Next", "The next difference (N)", compare::nextDifference),
                button("Close", "Back to the story (Escape)", this::close));
        buttons.getStyleClass().add("compare-buttons");
        buttons.setAlignment(Pos.CENTER_RIGHT);
        buttons.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        StackPane.setAlignment(buttons, Pos.TOP_RIGHT);
        StackPane.setMargin(buttons, new Insets(11, 24, 0, 0));
        return buttons;
    }

    private static Button button(String text, String tip, Runnable does) {
        var button = new Button(text);
        button.getStyleClass().add("tool");
        button.setTooltip(new Tooltip(tip));
        button.setFocusTraversable(true);
        button.setOnAction(_ -> does.run());
        return button;
    }

    private void pressed(KeyEvent event) {
        if (event.getCode() == KeyCode.ESCAPE) {
            close();
            event.consume();
        } else if (view.pressed(event)) {
            event.consume();
        }
    }

    // ---- opening

    /** A story on several kernels, the cursors where they part. */
    void open(Story story, List<KernelBuild> kernels) {
        open(story, kernels, LiveCompare.PARTING);
    }

    /**
     * A story on several kernels, builds with callbacks removed or failing among them.
     *
     * @param column the kernel whose step it is, from 0
     * @param step where the cursors stand
     */
    void open(Story story, List<KernelBuild> kernels, int column, int step) {
        open(story, kernels, LiveCompare.step(column, step));
    }

    private void open(Story story, List<KernelBuild> kernels, LiveCompare.Beginning beginning) {
        show();
        compare.open(() -> source.sides(story, kernels), beginning);
    }

    /** The lanes of a story, when they have been played; of a story without lanes nothing is shown. */
    void openLanes(Story story, KernelBuild kernel) {
        layer.getChildren().remove(this);
        compare.open(() -> source.lanes(story, kernel), LiveCompare.PARTING);
    }

    /** Says at once that there are none, where somebody asked for them. */
    void showLanes(Story story, KernelBuild kernel) {
        openLanes(story, kernel);
        show();
    }

    private void show() {
        if (!layer.getChildren().contains(this)) {
            layer.getChildren().removeIf(Sheet.class::isInstance);
            layer.getChildren().add(this);
            view.requestFocus();
        }
    }

    private void close() {
        layer.getChildren().remove(this);
        compare.drop();
        if (layer.getScene() != null) {
            layer.getScene().getRoot().requestFocus();
        }
    }

    /** Whether there is nothing to move about in. */
    BooleanBinding closedProperty() {
        return Bindings.createBooleanBinding(() -> compare.sceneProperty().get().isEmpty(), compare.sceneProperty());
    }

    LiveCompare compare() {
        return compare;
    }
}
