package org.iommulab.app.window;

import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;

/** What can be done and with which keys: the table of actions, as it is. */
final class HelpSheet {
    private HelpSheet() {}

    static Node of(Actions actions) {
        var grid = new GridPane();
        grid.getStyleClass().add("help");
        var keys = new ColumnConstraints();
        keys.setMinWidth(Region.USE_PREF_SIZE);
        grid.getColumnConstraints().setAll(keys, new ColumnConstraints());
        int row = 0;
        for (var group : actions.grouped().entrySet()) {
            var heading = new Label(group.getKey());
            heading.getStyleClass().add("heading");
            grid.add(heading, 0, row++, 2, 1);
            for (Action action : group.getValue()) {
                var combination = new Label(action.keysText());
                combination.getStyleClass().add("mono");
                grid.addRow(row++, combination, new Label(action.title()));
            }
        }
        return grid;
    }
}
