package org.iommulab.app.log;

import java.util.List;
import java.util.stream.Collectors;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.StackPane;
import org.iommulab.app.pane.LineList;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.pane.WhyLink;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.sim.Recording;
import org.jspecify.annotations.Nullable;

/** The kernel log as a list that grows and shrinks with the playhead; lines can be copied, a double click goes there. */
public final class LogView extends StackPane implements TextTwin {
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final PseudoClass BAD = PseudoClass.getPseudoClass("bad");
    private static final PseudoClass QUIET = PseudoClass.getPseudoClass("quiet");

    private final LineList<LogLine> list = new LineList<>(LogLine::text);

    private final Playback playback;
    private @Nullable Recording asked;
    private List<LogLine> lines = List.of();
    private int step;
    private int shown = -1;

    public LogView(Playback playback) {
        this.playback = playback;
        var nothing = new Label("The kernel has printed nothing yet.");
        nothing.getStyleClass().add("lab-small");
        getStylesheets().add(LineList.sheet());
        list.setPlaceholder(nothing);
        list.setCellFactory(_ -> new Cell());
        list.setOnMouseClicked(event -> {
            LogLine line = list.getSelectionModel().getSelectedItem();
            if (event.getClickCount() == 2 && line != null) {
                playback.go(line.step());
            }
        });
        getChildren().add(list);
        setMinSize(80, 60);
        playback.nowProperty().addListener((_, _, now) -> now.ifPresent(this::show));
        playback.nowProperty().get().ifPresent(this::show);
    }

    private void show(Now now) {
        step = now.step();
        Recording recording = now.run().recording();
        if (asked != recording) {
            asked = recording;
            Thread.ofVirtual().name("log").start(() -> {
                List<LogLine> made = LogLines.of(now.run());
                Platform.runLater(() -> arrived(recording, made));
            });
        } else {
            refresh();
        }
    }

    private void arrived(Recording recording, List<LogLine> made) {
        if (asked == recording) {
            lines = made;
            shown = -1;
            refresh();
        }
    }

    private void refresh() {
        int count = LogLines.count(lines, step);
        if (count != shown) {
            shown = count;
            list.show(lines.subList(0, count));
            list.scrollTo(Math.max(0, firstOfLast(count)));
        } else {
            list.refresh();
        }
    }

    /** The first line of the step that printed last, so that a warning is seen from its top. */
    private int firstOfLast(int count) {
        int first = count - 1;
        while (first > 0 && lines.get(first - 1).step() == lines.get(count - 1).step()) {
            first--;
        }
        return Math.max(0, first - 4);
    }

    private final class Cell extends ListCell<LogLine> {
        private final WhyLink why = new WhyLink(() -> playback.why(getItem().step()));

        Cell() {
            setContentDisplay(ContentDisplay.RIGHT);
        }

        @Override
        protected void updateItem(LogLine line, boolean empty) {
            super.updateItem(line, empty);
            boolean full = !empty && line != null;
            setText(full ? line.text() : "");
            setGraphic(full && line.kind() == LogLine.Kind.BAD ? why : null);
            pseudoClassStateChanged(HERE, full && line.step() == step);
            pseudoClassStateChanged(BAD, full && line.kind() == LogLine.Kind.BAD);
            pseudoClassStateChanged(QUIET, full && line.kind() == LogLine.Kind.QUIET);
        }
    }

    @Override
    public List<String> textTwin() {
        return lines.subList(0, LogLines.count(lines, step)).stream()
                .map(line -> (line.step() == step ? "> " : "  ") + line.text())
                .collect(Collectors.toList());
    }
}
