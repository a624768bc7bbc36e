package org.iommulab.app.rules;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.WhyLink;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.Moment.RuleView;

/** One rule: a mark in colour and shape, the title, and since when it is broken. A click goes there. */
final class RuleRow extends Button {
    private final Playback playback;
    private final Label title = new Label();
    private final Label since = new Label();
    private final Tooltip sentence = new Tooltip();
    private final WhyLink why = new WhyLink(this::ask);
    private OptionalInt brokenSince = OptionalInt.empty();

    RuleRow(Playback playback) {
        this.playback = playback;
        var dot = new Region();
        dot.getStyleClass().add("rule-dot");
        title.setMinWidth(0);
        title.setMaxWidth(Double.MAX_VALUE);
        since.getStyleClass().addAll("mono", "rule-since");
        since.setMinWidth(Region.USE_PREF_SIZE);
        // Below its title, so that the title has the whole width.
        var below = new HBox(since, why);
        below.getStyleClass().add("rule-line");
        below.setAlignment(Pos.CENTER_LEFT);
        below.visibleProperty().bind(since.managedProperty());
        below.managedProperty().bind(since.managedProperty());
        var words = new VBox(title, below);
        words.setMinWidth(0);
        HBox.setHgrow(words, Priority.ALWAYS);
        var line = new HBox(dot, words);
        line.getStyleClass().add("rule-line");
        line.setAlignment(Pos.CENTER_LEFT);
        line.prefWidthProperty().bind(widthProperty());
        setGraphic(line);
        setMaxWidth(Double.MAX_VALUE);
        setMinWidth(0);
        setPrefWidth(100);
        setTooltip(sentence);
        setOnAction(_ -> brokenSince.ifPresent(playback::go));
    }

    private void ask() {
        brokenSince.ifPresent(playback::why);
    }

    void show(RuleView rule, RuleState state) {
        String name = state.name().toLowerCase(Locale.ROOT).replace('_', '-');
        var classes = List.of("rule", "rule-" + name);
        if (!getStyleClass().equals(classes)) {
            getStyleClass().setAll(classes);
        }
        brokenSince = rule.brokenSince();
        title.setText(rule.title());
        since.setText(brokenSince.isPresent() ? "step " + brokenSince.getAsInt() : "");
        since.setManaged(brokenSince.isPresent());
        why.show(brokenSince.isPresent());
        sentence.setText(rule.sentence().isEmpty() ? rule.title() : rule.title() + "\n" + rule.sentence());
        setAccessibleText(rule.title() + ", " + state.word());
    }
}
