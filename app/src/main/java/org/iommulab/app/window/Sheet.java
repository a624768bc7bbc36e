package org.iommulab.app.window;

import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/** A page laid over the window until Escape or a click beside it. */
final class Sheet extends StackPane {
    private final Pane layer;

    private Sheet(Pane layer, String title, Node content, double width) {
        this.layer = layer;
        getStyleClass().add("veil");
        var heading = new Label(title);
        heading.getStyleClass().add("title");
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        var close = new Button("Close");
        close.getStyleClass().add("tool");
        close.setCancelButton(true);
        close.setOnAction(_ -> close());
        var head = new HBox(heading, filler, close);
        head.setAlignment(Pos.CENTER_LEFT);
        var scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        scroll.setFitToHeight(content instanceof TextArea); // it scrolls by itself
        scroll.getStyleClass().add("sheet-scroll");
        var page = new BorderPane(scroll, head, null, null, null);
        page.getStyleClass().add("sheet");
        page.setMaxWidth(width);
        page.maxHeightProperty().bind(heightProperty().subtract(96));
        getChildren().add(page);
        setOnMousePressed(event -> {
            if (event.getTarget() == this) {
                close();
            }
        });
        setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                close();
                event.consume();
            }
        });
        prefWidthProperty().bind(layer.widthProperty());
        prefHeightProperty().bind(layer.heightProperty());
    }

    static void show(Pane layer, String title, Node content, double width) {
        close(layer);
        var sheet = new Sheet(layer, title, content, width);
        layer.getChildren().add(sheet);
        sheet.lookupAll(".button").stream().findFirst().ifPresent(Node::requestFocus);
        content.requestFocus();
    }

    /** Takes the page away that lies over the window, if one does. */
    static void close(Pane layer) {
        layer.getChildren().removeIf(Sheet.class::isInstance);
    }

    private void close() {
        layer.getChildren().remove(this);
        if (layer.getScene() != null) {
            layer.getScene().getRoot().requestFocus();
        }
    }
}
