package org.iommulab.app.rules;

import java.util.ArrayList;
import java.util.List;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.words.RuleState;
import org.iommulab.graph.Moment.RuleView;

/**
 * The rules watched. Those that are or were broken, or suspicious, each have a row; those that hold are one line, which
 * opens: they would push away what is looked at, and say nothing new.
 */
public final class RulesPane extends VBox {
    private final Playback playback;
    private final List<RuleRow> rows = new ArrayList<>();
    private final Label count = new Label();
    private final ToggleButton holding = new ToggleButton();
    private List<RuleView> rules = List.of();

    public RulesPane(Playback playback) {
        this.playback = playback;
        getStyleClass().add("rules");
        var dot = new Region();
        dot.getStyleClass().add("rule-dot");
        count.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(count, Priority.ALWAYS);
        var chevron = new Region();
        chevron.getStyleClass().add("rules-chevron");
        var line = new HBox(dot, count, chevron);
        line.getStyleClass().add("rule-line");
        line.setAlignment(Pos.CENTER_LEFT);
        line.prefWidthProperty().bind(holding.widthProperty());
        holding.setId("rules-holding");
        holding.setGraphic(line);
        holding.getStyleClass().setAll("rule", "rule-holds", "rules-holding");
        holding.setMaxWidth(Double.MAX_VALUE);
        holding.setMinWidth(0);
        holding.setPrefWidth(100);
        holding.selectedProperty().subscribe(this::lay);
        playback.nowProperty()
                .subscribe(now -> now.ifPresent(found -> show(found.moment().rules())));
    }

    void show(List<RuleView> now) {
        rules = now;
        while (rows.size() < rules.size()) {
            rows.add(new RuleRow(playback));
        }
        for (int i = 0; i < rules.size(); i++) {
            rows.get(i).show(rules.get(i), RuleState.of(rules.get(i)));
        }
        lay();
    }

    /** Who came up first, then those that hold. */
    private void lay() {
        var open = new ArrayList<Node>();
        var folded = new ArrayList<Node>();
        for (int i = 0; i < rules.size(); i++) {
            (RuleState.of(rules.get(i)) == RuleState.HOLDS ? folded : open).add(rows.get(i));
        }
        if (!folded.isEmpty()) {
            String words = folded.size() == 1 ? "1 rule holds" : folded.size() + " rules hold";
            count.setText(words);
            holding.setAccessibleText(words);
            open.add(holding);
        }
        if (holding.isSelected()) {
            open.addAll(folded);
        }
        if (!getChildren().equals(open)) {
            getChildren().setAll(open);
        }
    }
}
