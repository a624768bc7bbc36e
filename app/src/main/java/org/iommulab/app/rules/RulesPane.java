package org.iommulab.app.rules;

import java.util.ArrayList;
import java.util.List;
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
import org.iommulab.graph.Moment.RuleView;

/** The rules watched: a dot in colour and shape, the title, and since when it is broken. A click goes there. */
public final class RulesPane extends VBox {
    private final Playback playback;
    private final List<Row> rows = new ArrayList<>();

    public RulesPane(Playback playback) {
        this.playback = playback;
        getStyleClass().add("rules");
        playback.nowProperty()
                .subscribe(now -> now.ifPresent(found -> show(found.moment().rules())));
    }

    private void show(List<RuleView> rules) {
        while (rows.size() < rules.size()) {
            rows.add(new Row());
        }
        while (rows.size() > rules.size()) {
            rows.removeLast();
        }
        if (getChildren().size() != rows.size()) {
            getChildren().setAll(rows);
        }
        for (int i = 0; i < rows.size(); i++) {
            rows.get(i).show(rules.get(i));
        }
    }

    private final class Row extends Button {
        private final Label title = new Label();
        private final Label since = new Label();
        private final Tooltip sentence = new Tooltip();
        private final WhyLink why = new WhyLink(() -> since().ifPresent(playback::why));
        private OptionalInt brokenSince = OptionalInt.empty();

        Row() {
            var dot = new Region();
            dot.getStyleClass().add("rule-dot");
            title.setMinWidth(0);
            title.setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(title, Priority.ALWAYS);
            since.getStyleClass().addAll("mono", "rule-since");
            since.setMinWidth(Region.USE_PREF_SIZE);
            var line = new HBox(dot, title, why, since);
            line.getStyleClass().add("rule-line");
            line.setAlignment(Pos.CENTER_LEFT);
            line.prefWidthProperty().bind(widthProperty());
            setGraphic(line);
            setMaxWidth(Double.MAX_VALUE);
            setMinWidth(0);
            setPrefWidth(100);
            setTooltip(sentence);
        }

        private OptionalInt since() {
            return brokenSince;
        }

        void show(RuleView rule) {
            boolean broken = rule.brokenNow();
            boolean was = rule.brokenSince().isPresent();
            var classes = List.of("rule", broken ? "rule-broken" : was ? "rule-was-broken" : "rule-holds");
            if (!getStyleClass().equals(classes)) {
                getStyleClass().setAll(classes);
            }
            title.setText(rule.title());
            since.setText(was ? "step " + rule.brokenSince().getAsInt() : "");
            since.setManaged(was);
            brokenSince = rule.brokenSince();
            why.show(was);
            sentence.setText(rule.sentence().isEmpty() ? rule.title() : rule.title() + "\n" + rule.sentence());
            setAccessibleText(rule.title() + (broken ? ", broken" : was ? ", was broken" : ", holds"));
            setOnAction(_ -> rule.brokenSince().ifPresent(playback::go));
        }
    }
}
