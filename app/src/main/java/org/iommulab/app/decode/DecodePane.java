package org.iommulab.app.decode;

import java.util.List;
import java.util.Optional;
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
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.scenario.PlayedRun;

/**
 * Kernel log lines are pasted at the top; what they mean stands below, field by field. Where the run that is shown prints
 * such a line too, a click goes to the access that failed, and the walk view has its walk.
 */
public final class DecodePane extends VBox implements TextTwin {
    private static final PseudoClass BAD = PseudoClass.getPseudoClass("bad");
    private static final PseudoClass QUIET = PseudoClass.getPseudoClass("quiet");
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final int ROWS = 9;
    private static final double LIST_HEIGHT = 600;

    private final TextArea input = new TextArea();
    private final Label tally = new Label();
    private final LineList<Row> found = new LineList<>(Row::text);
    private final PauseTransition soon = new PauseTransition(Duration.millis(150));
    private List<Row> rows = List.of();
    private final Playback playback;
    private int asked;

    /** @param close what a click on a step does when it has gone there */
    public DecodePane(Playback playback, Runnable close) {
        this.playback = playback;
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
        found.setOnMouseClicked(_ -> follow(close));
        VBox.setVgrow(found, Priority.ALWAYS);
        getChildren().addAll(input, tally, found);
        // What is pasted next is meant for the input; it can have the focus only once it is in the window.
        sceneProperty().subscribe(scene -> {
            if (scene != null) {
                Platform.runLater(input::requestFocus);
            }
        });
    }

    /** Puts lines in, as if they were pasted. */
    public void paste(String text) {
        input.setText(text);
    }

    private void follow(Runnable close) {
        Row row = found.getSelectionModel().getSelectedItem();
        if (row != null && row.step().isPresent()) {
            playback.go(row.step().getAsInt());
            close.run();
        }
    }

    private void explain(String text) {
        int mine = ++asked;
        Optional<PlayedRun> run = playback.nowProperty()
                .get()
                .map(Now::run)
                .filter(PlayedRun.class::isInstance)
                .map(PlayedRun.class::cast);
        Thread.ofVirtual().name("decode").start(() -> {
            Explained explained = Explained.of(text, run);
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
            pseudoClassStateChanged(HERE, full && (row.kind() == Row.Kind.HEADING || row.kind() == Row.Kind.STEP));
            pseudoClassStateChanged(BAD, full && row.kind() == Row.Kind.SENTENCE);
            pseudoClassStateChanged(QUIET, full && (row.kind() == Row.Kind.QUOTE || row.kind() == Row.Kind.BITS));
        }
    }
}
