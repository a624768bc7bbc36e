package org.iommulab.app.machine;

import javafx.css.PseudoClass;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** A line of the list of groups: a name, what it is, how it stands. */
final class RowLine extends HBox {
    static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    static final PseudoClass WITHIN = PseudoClass.getPseudoClass("within");

    private final Label name = new Label();
    private final Label middle = new Label();
    private final Label right = new Label();

    RowLine() {
        getStyleClass().add("machine-row");
        setAlignment(Pos.CENTER_LEFT);
        name.setMinWidth(Region.USE_PREF_SIZE);
        middle.setMinWidth(0);
        middle.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(middle, Priority.ALWAYS);
        right.setMinWidth(Region.USE_PREF_SIZE);
        getChildren().addAll(name, middle, right);
    }

    void show(Row row) {
        boolean device = row.kind() == Row.Kind.DEVICE;
        name.setText(row.name());
        name.getStyleClass().setAll("label", device ? "machine-device" : "machine-group");
        middle.setText(row.middle());
        middle.getStyleClass().setAll("label", "machine-kind");
        right.setText(row.right());
        right.getStyleClass()
                .setAll("label", "machine-standing", row.bad() ? "danger" : device ? "muted" : "machine-viable");
    }
}
