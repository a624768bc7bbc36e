package org.iommulab.app.pane;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import javafx.collections.FXCollections;
import javafx.scene.control.ListView;
import javafx.scene.control.SelectionMode;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;

/** A virtual list of lines that can be selected and copied; cheap for any number of lines. */
public final class LineList<T> extends ListView<T> {
    private static final KeyCombination COPY = new KeyCodeCombination(KeyCode.C, KeyCombination.SHORTCUT_DOWN);

    /** @param text how a line is copied */
    public LineList(Function<? super T, String> text) {
        getStyleClass().add("lab-list");
        getStylesheets().add(sheet());
        getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        setOnKeyPressed(event -> {
            if (COPY.match(event)) {
                copy(text);
                event.consume();
            }
        });
    }

    /** The style sheet of everything in lists. */
    public static String sheet() {
        return Objects.requireNonNull(LineList.class.getResource("pane.css")).toExternalForm();
    }

    private void copy(Function<? super T, String> text) {
        var content = new ClipboardContent();
        content.putString(
                getSelectionModel().getSelectedItems().stream().map(text).collect(Collectors.joining("\n")));
        Clipboard.getSystemClipboard().setContent(content);
    }

    /** Shows these lines; the list may be a view of a longer one. */
    public void show(List<T> lines) {
        setItems(FXCollections.observableList(lines));
    }
}
