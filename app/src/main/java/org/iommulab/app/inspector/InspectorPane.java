package org.iommulab.app.inspector;

import java.util.List;
import java.util.Locale;
import javafx.geometry.HPos;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;

/** Shows the facts of what is selected, at this step. A value that names another thing leads there. */
public final class InspectorPane extends VBox {
    private final Playback playback;
    private final Label title = new Label();
    private final Label subtitle = new Label();
    private final Label remark = new Label();
    private final GridPane grid = new GridPane();
    private List<Fact> shown = List.of();

    public InspectorPane(Playback playback) {
        this.playback = playback;
        getStyleClass().add("inspector");
        title.getStyleClass().add("title");
        title.setId("inspector-title");
        subtitle.getStyleClass().addAll("mono", "muted", "subtitle");
        subtitle.setWrapText(true);
        remark.getStyleClass().addAll("danger", "remark");
        remark.setWrapText(true);
        grid.getStyleClass().add("facts");
        var labels = new ColumnConstraints();
        labels.setMinWidth(Region.USE_PREF_SIZE);
        var values = new ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        values.setHalignment(HPos.RIGHT);
        values.setMinWidth(0);
        grid.getColumnConstraints().setAll(labels, values);
        getChildren().setAll(title, subtitle, grid, remark);
        playback.nowProperty().subscribe(_ -> show());
        playback.selectedProperty().subscribe(_ -> show());
    }

    private void show() {
        playback.nowProperty().get().ifPresent(now -> {
            Portrait portrait = Portraits.of(now.moment(), playback.selectedProperty().get());
            title.setText(portrait.title());
            subtitle.setText(portrait.subtitle());
            remark.setText(portrait.remark());
            remark.setVisible(!portrait.remark().isEmpty());
            remark.setManaged(!portrait.remark().isEmpty());
            if (!portrait.facts().equals(shown)) {
                shown = portrait.facts();
                fill();
            }
        });
    }

    private void fill() {
        grid.getChildren().clear();
        int row = 0;
        for (Fact fact : shown) {
            var label = new Label(fact.label());
            label.getStyleClass().addAll("mono", "muted");
            Node value = value(fact);
            GridPane.setValignment(label, VPos.BASELINE);
            GridPane.setValignment(value, VPos.BASELINE);
            grid.addRow(row++, label, value);
        }
    }

    private Node value(Fact fact) {
        var tone = "tone-" + fact.tone().name().toLowerCase(Locale.ROOT);
        if (fact.leadsTo() != 0) {
            var link = new Hyperlink(fact.value());
            link.getStyleClass().setAll("fact-link", "mono", tone);
            link.setMinWidth(0);
            link.setOnAction(_ -> playback.selectedProperty().set(fact.leadsTo()));
            return link;
        }
        var value = new Label(fact.value());
        value.getStyleClass().addAll("mono", tone);
        value.setMinWidth(0);
        value.setTooltip(new Tooltip(fact.value()));
        return value;
    }
}
