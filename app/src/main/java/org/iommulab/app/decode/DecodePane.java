package org.iommulab.app.decode;

import java.util.List;
import javafx.animation.PauseTransition;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.TextArea;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.Duration;
import org.iommulab.app.pane.LineList;
import org.iommulab.app.pane.TextTwin;

/** Kernel log lines are pasted at the top; what they mean stands below, field by field. */
public final class DecodePane extends VBox implements TextTwin {
    private static final PseudoClass BAD = PseudoClass.getPseudoClass("bad");
    private static final PseudoClass QUIET = PseudoClass.getPseudoClass("quiet");
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final int ROWS = 9;
    private static final double LIST_HEIGHT = 420;

    private final TextArea input = new TextArea();
    private final Label tally = new Label();
    private final LineList<Row> found = new LineList<>(Row::text);
    private final PauseTransition soon = new PauseTransition(Duration.millis(150));
    private List<Row> rows = List.of();
    private int asked;

    public DecodePane() {
        getStyleClass().add("decode");
        getStylesheets().add(LineList.sheet());
        setSpacing(8);
        input.setId("decode-input");
        input.getStyleClass().add("mono");
        input.setPrefRowCount(ROWS);
        input.setPromptText("Paste lines of a kernel log here: dmesg, journalctl -k, a serial console, a mail.");
        input.textProperty().addListener((_, _, _) -> soon.playFromStart());
        soon.setOnFinished(_ -> explain(input.getText()));
        tally.setId("decode-tally");
        tally.getStyleClass().add("lab-small");
        found.setId("decode-found");
        found.setCellFactory(_ -> new Cell());
        var nothing = new Label("Nothing recognised yet.");
        nothing.getStyleClass().add("lab-small");
        found.setPlaceholder(nothing);
        found.setPrefHeight(LIST_HEIGHT);
        VBox.setVgrow(found, Priority.ALWAYS);
        getChildren().addAll(input, tally, found);
    }

    /** Puts lines in, as if they were pasted. */
    public void paste(String text) {
        input.setText(text);
    }

    @Override
    public void requestFocus() {
        input.requestFocus();
    }

    private void explain(String text) {
        int mine = ++asked;
        Thread.ofVirtual().name("decode").start(() -> {
            Explained explained = Explained.of(text);
            Platform.runLater(() -> {
                if (mine == asked) {
                    rows = explained.rows();
                    tally.setText(text.isEmpty() ? "" : explained.tally());
                    found.show(rows);
                }
            });
        });
    }

    @Override
    public List<String> textTwin() {
        return rows.stream().map(Row::text).toList();
    }

    private static final class Cell extends ListCell<Row> {
        @Override
        protected void updateItem(Row row, boolean empty) {
            super.updateItem(row, empty);
            boolean full = !empty && row != null;
            setText(full ? row.text() : "");
            pseudoClassStateChanged(HERE, full && row.kind() == Row.Kind.HEADING);
            pseudoClassStateChanged(BAD, full && row.kind() == Row.Kind.SENTENCE);
            pseudoClassStateChanged(QUIET, full && (row.kind() == Row.Kind.QUOTE || row.kind() == Row.Kind.BITS));
        }
    }
}
