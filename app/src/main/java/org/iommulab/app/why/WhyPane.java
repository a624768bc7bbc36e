package org.iommulab.app.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Trail;

/** The way to a harm, a button for each of its steps; the one where we are stands out. Not there when none is marked. */
public final class WhyPane extends BorderPane implements TextTwin {
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");

    private final Playback playback;
    private final Label title = new Label();
    private final HBox way = new HBox();
    private final List<Button> buttons = new ArrayList<>();
    private Optional<Trail> shown = Optional.empty();

    public WhyPane(Playback playback) {
        this.playback = playback;
        setId("why");
        getStyleClass().add("why");
        getStylesheets()
                .add(Objects.requireNonNull(WhyPane.class.getResource("why.css"))
                        .toExternalForm());
        var heading = new Label("Why?");
        heading.getStyleClass().add("heading");
        title.getStyleClass().addAll("danger", "why-title");
        title.setMinWidth(0);
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        var close = new Button("Close");
        close.setId("why-close");
        close.getStyleClass().addAll("why-close");
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setOnAction(_ -> {
            playback.forget();
            getScene().getRoot().requestFocus();
        });
        var head = new HBox(heading, title, filler, close);
        head.getStyleClass().add("why-head");
        head.setAlignment(Pos.BASELINE_LEFT);
        setTop(head);
        way.getStyleClass().add("why-way");
        way.setAlignment(Pos.CENTER_LEFT);
        setCenter(way);
        playback.trailProperty().subscribe(this::show);
        playback.nowProperty().subscribe(_ -> mark());
    }

    private void show(Optional<Trail> trail) {
        shown = trail;
        setVisible(trail.isPresent());
        setManaged(trail.isPresent());
        buttons.clear();
        way.getChildren().clear();
        trail.ifPresent(this::fill);
        mark();
    }

    private void fill(Trail trail) {
        title.setText(trail.title());
        for (Trail.Link link : trail.links()) {
            if (!buttons.isEmpty()) {
                way.getChildren().add(arrow());
            }
            Button button = button(buttons.size() + 1, link);
            buttons.add(button);
            way.getChildren().add(button);
        }
    }

    private static Node arrow() {
        var arrow = new Region();
        arrow.getStyleClass().add("why-arrow");
        return arrow;
    }

    private Button button(int number, Trail.Link link) {
        var badge = new Label(Integer.toString(number));
        badge.getStyleClass().add("why-number");
        var step = new Label("step " + link.step());
        step.getStyleClass().addAll("mono", "why-step");
        var head = new HBox(badge, step);
        head.getStyleClass().add("why-link-head");
        head.setAlignment(Pos.CENTER_LEFT);
        var words = new Label(link.words());
        words.getStyleClass().add("why-words");
        words.setWrapText(true);
        var content = new VBox(head, words);
        content.getStyleClass().add("why-link-content");
        var button = new Button();
        button.setId("why-" + number);
        button.setGraphic(content);
        button.getStyleClass().setAll("why-link");
        button.setAccessibleText(number + ", step " + link.step() + ": " + link.words());
        button.setTooltip(new Tooltip(link.words()));
        button.setMinWidth(0);
        button.setPrefWidth(100);
        button.setMaxHeight(Double.MAX_VALUE);
        // A button's graphic takes its own width; tied to the button's so that the words break into lines. How high all
        // of them are stands in the style sheet: a way of many links must not push the picture away.
        content.prefWidthProperty().bind(button.widthProperty().subtract(20));
        content.setMinHeight(0);
        content.prefHeightProperty().bind(button.heightProperty().subtract(14));
        words.setMinHeight(0);
        VBox.setVgrow(words, Priority.ALWAYS);
        words.setMaxHeight(Double.MAX_VALUE);
        HBox.setHgrow(button, Priority.ALWAYS);
        button.setOnAction(_ -> playback.go(link.step()));
        return button;
    }

    private void mark() {
        int step = playback.nowProperty().get().map(now -> now.step()).orElse(-1);
        for (int i = 0; i < buttons.size(); i++) {
            boolean here = shown.orElseThrow().links().get(i).step() == step;
            buttons.get(i).pseudoClassStateChanged(HERE, here);
        }
    }

    @Override
    public List<String> textTwin() {
        var lines = new ArrayList<String>();
        shown.ifPresent(trail -> {
            lines.add("Why? " + trail.title());
            trail.links().forEach(link -> lines.add("  step " + link.step() + ": " + link.words()));
        });
        return lines;
    }
}
