package org.iommulab.app.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javafx.geometry.HPos;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Labeled;
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
    private final List<Row> rows = new ArrayList<>();
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
            Portrait portrait =
                    Portraits.of(now.moment(), playback.selectedProperty().get());
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

    /** Rows are kept and only written anew: making and styling nodes for each step would cost frames. */
    private void fill() {
        while (rows.size() < shown.size()) {
            rows.add(new Row(rows.size()));
        }
        for (int i = 0; i < rows.size(); i++) {
            if (i < shown.size()) {
                rows.get(i).show(shown.get(i));
            } else {
                rows.get(i).hide();
            }
        }
    }

    private final class Row {
        private final Label label = new Label();
        private final Label value = new Label();
        private final Hyperlink link = new Hyperlink();
        private final Tooltip tooltip = new Tooltip();

        Row(int index) {
            label.getStyleClass().addAll("mono", "muted");
            for (Labeled node : List.of(value, link)) {
                node.setMinWidth(0);
                node.setTooltip(tooltip);
                GridPane.setValignment(node, VPos.BASELINE);
                grid.add(node, 1, index);
            }
            GridPane.setValignment(label, VPos.BASELINE);
            grid.add(label, 0, index);
        }

        void show(Fact fact) {
            boolean leads = fact.leadsTo() != 0;
            String tone = "tone-" + fact.tone().name().toLowerCase(Locale.ROOT);
            label.setText(fact.label());
            visible(label, true);
            visible(value, !leads);
            visible(link, leads);
            Labeled node = leads ? link : value;
            node.setText(fact.value());
            tooltip.setText(fact.meaning().isEmpty() ? fact.value() : fact.value() + "\n" + fact.meaning());
            var classes = List.of(leads ? "fact-link" : "label", "mono", tone);
            if (!node.getStyleClass().equals(classes)) {
                node.getStyleClass().setAll(classes);
            }
            link.setOnAction(_ -> playback.selectedProperty().set(fact.leadsTo()));
        }

        void hide() {
            visible(label, false);
            visible(value, false);
            visible(link, false);
        }

        private static void visible(Node node, boolean visible) {
            node.setVisible(visible);
            node.setManaged(visible);
        }
    }
}
