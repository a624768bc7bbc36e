package org.iommulab.app.window;

import javafx.beans.binding.Bindings;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.geometry.Bounds;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/** The palette: a field in the tool bar, and under it the list of what it found. */
final class FindField extends StackPane {
    private static final double WIDEST = 460;

    private final TextField field = new TextField();
    private final ObservableList<Hit> hits = FXCollections.observableArrayList();
    private final ListView<Hit> list = new ListView<>(hits);
    private final Finder finder;
    private final Pane layer;

    /** @param layer lies over the whole window; the list is put there */
    FindField(Finder finder, Pane layer) {
        this.finder = finder;
        this.layer = layer;
        getStyleClass().add("find");
        field.setId("find");
        field.getStyleClass().add("search-field");
        // Whole or short, never cut off.
        field.promptTextProperty()
                .bind(Bindings.when(widthProperty()
                                .greaterThan(field.heightProperty().multiply(8.6)))
                        .then("Find a story, a step, a command…")
                        .otherwise("Find…"));
        field.setAccessibleText("Find a story, a step, a device, a command");
        var hint = new Label("Ctrl K");
        hint.getStyleClass().add("find-hint");
        hint.setMouseTransparent(true);
        hint.visibleProperty()
                .bind(field.focusedProperty().not().and(widthProperty().greaterThan(140)));
        setAlignment(hint, Pos.CENTER_RIGHT);
        getChildren().addAll(field, hint);
        list.setId("hits");
        list.getStyleClass().add("hits");
        list.setCellFactory(_ -> new HitCell());
        list.setFocusTraversable(false);
        list.setManaged(false);
        list.setOnMouseClicked(event -> {
            if (event.getButton() == MouseButton.PRIMARY) {
                choose();
            }
        });
        field.textProperty().subscribe(_ -> search());
        field.focusedProperty().subscribe(focused -> {
            if (focused) {
                search();
            } else if (!list.isHover()) {
                close();
            }
        });
        field.addEventFilter(KeyEvent.KEY_PRESSED, this::steer);
    }

    void open() {
        field.requestFocus();
        field.selectAll();
        search();
    }

    private void search() {
        if (!field.isFocused()) {
            return;
        }
        hits.setAll(finder.find(field.getText()));
        list.getSelectionModel().selectFirst();
        if (hits.isEmpty()) {
            layer.getChildren().remove(list);
            return;
        }
        if (!layer.getChildren().contains(list)) {
            layer.getChildren().add(list);
        }
        Bounds here = layer.sceneToLocal(field.localToScene(field.getBoundsInLocal()));
        double width = Math.max(here.getWidth(), Math.min(WIDEST, layer.getWidth() - 16));
        double left = Math.min(here.getMinX(), layer.getWidth() - width - 8);
        list.resizeRelocate(left, here.getMaxY() + 4, width, hits.size() * list.getFixedCellSize() + 10);
    }

    private void steer(KeyEvent event) {
        var selection = list.getSelectionModel();
        switch (event.getCode()) {
            case DOWN -> selection.selectNext();
            case UP -> selection.selectPrevious();
            case ENTER -> choose();
            case ESCAPE -> leave();
            default -> {
                return;
            }
        }
        event.consume();
    }

    private void choose() {
        Hit hit = list.getSelectionModel().getSelectedItem();
        leave();
        if (hit != null) {
            hit.choose().run();
        }
    }

    private void leave() {
        field.clear();
        close();
        getScene().getRoot().requestFocus();
    }

    private void close() {
        layer.getChildren().remove(list);
    }

    private static final class HitCell extends ListCell<Hit> {
        private final Label kind = new Label();
        private final Label title = new Label();
        private final Label detail = new Label();
        private final Node line;

        HitCell() {
            kind.getStyleClass().add("hit-kind");
            kind.setMinWidth(Region.USE_PREF_SIZE);
            title.setMinWidth(0);
            title.setMaxWidth(Double.MAX_VALUE);
            HBox.setHgrow(title, Priority.ALWAYS);
            detail.getStyleClass().add("muted");
            detail.setMinWidth(Region.USE_PREF_SIZE);
            var box = new HBox(kind, title, detail);
            box.getStyleClass().add("hit-line");
            box.setAlignment(Pos.CENTER_LEFT);
            line = box;
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(Hit hit, boolean empty) {
            super.updateItem(hit, empty);
            if (empty || hit == null) {
                setGraphic(null);
                return;
            }
            kind.setText(hit.kind());
            title.setText(hit.title());
            title.getStyleClass().setAll("label", hit.kind().equals("command") ? "hit-words" : "mono");
            detail.setText(hit.detail());
            setGraphic(line);
        }
    }
}
