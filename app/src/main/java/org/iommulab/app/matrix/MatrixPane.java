package org.iommulab.app.matrix;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.beans.property.DoubleProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.util.Duration;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Frames;
import org.iommulab.app.words.Csv;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.CellTable;
import org.iommulab.kernel.Level;

/** What breaks: the levels and what else can be chosen above, the matrix below. It begins to run when it is shown. */
public final class MatrixPane extends BorderPane implements TextTwin, AutoCloseable {
    /** What the matrix leaves to the window. */
    public interface Desk extends OpenCell {
        void csv(String text);

        void picture(MatrixPicture picture);

        void close();
    }

    private final MatrixModel model;
    private final Desk desk;
    private final MatrixView view;
    private final LevelRow levels;
    private final TextField filter = new TextField();
    private final Button stop = new Button();
    private final PauseTransition soon = new PauseTransition(Duration.millis(120));

    public MatrixPane(Sweeper sweeper, Frames frames, ObservableValue<Theme> theme, Level first, Desk desk) {
        this.desk = desk;
        model = new MatrixModel(sweeper, frames, first);
        view = new MatrixView(model, theme, desk, this::legend);
        levels = new LevelRow(model);
        getStyleClass().add("matrix");
        getStylesheets()
                .add(Objects.requireNonNull(MatrixPane.class.getResource("matrix.css"))
                        .toExternalForm());
        setTop(bar());
        setCenter(view);
        view.setMinSize(0, 0);
        model.versionProperty().subscribe(_ -> stopOrGoOn());
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    }

    public DoubleProperty scaleProperty() {
        return view.scaleProperty();
    }

    /** Begins to run, or goes on; the keyboard is the matrix's. */
    public void show() {
        model.start();
        takeKeys();
    }

    public void takeKeys() {
        view.requestFocus();
    }

    private HBox bar() {
        filter.setId("matrix-filter");
        filter.getStyleClass().addAll("search-field", "matrix-filter");
        filter.setPromptText("Filter: driver, callback, effect");
        filter.setAccessibleText("Filter by driver, callback or effect");
        filter.textProperty().addListener(_ -> soon.playFromStart());
        soon.setOnFinished(_ -> model.filter(filter.getText()));
        HBox.setHgrow(filter, Priority.ALWAYS);
        stop.setId("matrix-stop");
        stop.getStyleClass().add("tool");
        stop.setMinWidth(Region.USE_PREF_SIZE);
        var close = new Button("Close");
        close.setId("matrix-close");
        close.getStyleClass().add("tool");
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setTooltip(new Tooltip("Back to the story  (Esc)"));
        close.setOnAction(_ -> desk.close());
        var bar = new HBox(levels, filter, arrange(), export(), stop, close);
        bar.getStyleClass().add("matrix-bar");
        return bar;
    }

    private MenuButton arrange() {
        var menu = new MenuButton("Arrange");
        menu.setId("matrix-arrange");
        var group = new ToggleGroup();
        for (Sorting sorting : Sorting.values()) {
            var item = new RadioMenuItem(sorting.title());
            item.setToggleGroup(group);
            item.setSelected(sorting == model.sorting());
            item.setOnAction(_ -> model.sort(sorting));
            menu.getItems().add(item);
        }
        var broken = new MenuItem("Show only what is broken");
        broken.setOnAction(_ -> filter.setText("broken"));
        var everything = new MenuItem("Show everything");
        everything.setOnAction(_ -> filter.clear());
        var failing = new CheckMenuItem("Also let each call fail");
        failing.setOnAction(_ -> model.failing(failing.isSelected()));
        menu.getItems().addAll(new SeparatorMenuItem(), broken, everything, new SeparatorMenuItem(), failing);
        return tool(menu);
    }

    private MenuButton export() {
        var menu = new MenuButton("Export");
        menu.setId("matrix-export");
        var csv = new MenuItem("As csv…");
        csv.setOnAction(_ -> desk.csv(csv()));
        var picture = new MenuItem("As a picture…");
        picture.setOnAction(_ -> desk.picture(picture()));
        menu.getItems().addAll(csv, picture);
        return tool(menu);
    }

    private static MenuButton tool(MenuButton menu) {
        menu.getStyleClass().addAll("tool", "matrix-menu");
        menu.setMinWidth(Region.USE_PREF_SIZE);
        return menu;
    }

    private void stopOrGoOn() {
        boolean runs = model.state(model.level()) == MatrixModel.State.RUNNING;
        boolean stopped = model.state(model.level()) == MatrixModel.State.STOPPED;
        stop.setText(stopped ? "Go on" : "Cancel");
        stop.setDisable(!runs && !stopped);
        stop.setOnAction(_ -> {
            if (stopped) {
                model.start();
            } else {
                model.stop();
            }
            view.requestFocus();
        });
    }

    /** Says something in place of the figures, until something else is to be said. */
    public void say(String text) {
        model.say(text);
    }

    /** A click on the legend shows only that; a second one everything again. */
    private void legend(Mark mark) {
        String word = mark.word().toLowerCase(Locale.ROOT).replace(' ', '-');
        filter.setText(filter.getText().equals(word) ? "" : word);
    }

    // ---- what leaves the matrix

    /** Of the level that is shown, every cell. */
    private String csv() {
        List<Cell> cells = CellTable.sorted(model.scene().grid().all(), Level.KNOWN);
        return Csv.text(CellTable.HEADING, cells.stream().map(CellTable::row).toList());
    }

    private MatrixPicture picture() {
        MatrixScene scene = model.scene();
        return new MatrixPicture(new MatrixScene(
                scene.grid(),
                scene.level(),
                scene.arrangement(),
                Optional.empty(),
                Optional.empty(),
                scene.failing(),
                scene.status()));
    }

    @Override
    public List<String> textTwin() {
        return view.textTwin();
    }

    // ---- keys

    private void key(KeyEvent event) {
        if (event.isShortcutDown() || event.isAltDown()) {
            return;
        }
        KeyCode code = event.getCode();
        boolean typing = filter.isFocused();
        if (code == KeyCode.ESCAPE) {
            escape(typing);
        } else if (typing && (code == KeyCode.ENTER || code == KeyCode.DOWN)) {
            view.requestFocus();
        } else if (typing) {
            return;
        } else if (code == KeyCode.PAGE_UP) {
            levels.move(-1);
        } else if (code == KeyCode.PAGE_DOWN) {
            levels.move(1);
        } else if (code.isDigitKey()) {
            levels.choose(Integer.parseInt(code.getName().replaceAll("\\D", "")));
        } else if (code == KeyCode.SLASH || code == KeyCode.F) {
            // After the character of this key was typed, which is not for the filter.
            Platform.runLater(filter::requestFocus);
        } else {
            return;
        }
        event.consume();
    }

    /** Out of the filter, then out of the matrix. */
    private void escape(boolean typing) {
        if (typing) {
            filter.clear();
            view.requestFocus();
        } else {
            desk.close();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
