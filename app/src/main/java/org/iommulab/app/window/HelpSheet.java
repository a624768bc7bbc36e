package org.iommulab.app.window;

import java.util.List;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** What can be done and with which keys: the table of actions, as it is. */
final class HelpSheet {
    private HelpSheet() {}

    /** In two columns, so that all of it is seen at once where there is room. */
    static Node of(Actions actions) {
        Map<String, List<Action>> groups = actions.grouped();
        int lines = groups.values().stream().mapToInt(group -> group.size() + 1).sum();
        GridPane left = column();
        GridPane right = column();
        int above = 0;
        for (var group : groups.entrySet()) {
            int height = group.getValue().size() + 1;
            add(above + height / 2 <= lines / 2 ? left : right, group.getKey(), group.getValue());
            above += height;
        }
        var columns = new HBox(left, right);
        columns.getStyleClass().add("help-columns");
        return columns;
    }

    private static GridPane column() {
        var grid = new GridPane();
        grid.getStyleClass().add("help");
        var keys = new ColumnConstraints();
        keys.setMinWidth(Region.USE_PREF_SIZE);
        grid.getColumnConstraints().setAll(keys, new ColumnConstraints());
        HBox.setHgrow(grid, Priority.ALWAYS);
        grid.setPrefWidth(100);
        return grid;
    }

    private static void add(GridPane grid, String name, List<Action> group) {
        int row = grid.getRowCount();
        var heading = new Label(name);
        heading.getStyleClass().add("heading");
        grid.add(heading, 0, row++, 2, 1);
        for (Action action : group) {
            var combination = new Label(action.keysText());
            combination.getStyleClass().add("mono");
            grid.addRow(row++, combination, new Label(action.title()));
        }
    }
}
