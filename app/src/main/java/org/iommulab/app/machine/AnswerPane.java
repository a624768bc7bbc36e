package org.iommulab.app.machine;

import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.capture.machine.OfMachine;

/** What a captured machine answers about what is selected; lights it in the graph. */
public final class AnswerPane extends VBox implements TextTwin {
    private final Playback playback;
    private final Button handOver = new Button();
    private final VBox text = new VBox();
    private List<Answer.Paragraph> shown = List.of();
    private int asked;

    public AnswerPane(Playback playback, MachineDesk desk) {
        this.playback = playback;
        getStyleClass().add("machine-answer");
        text.getStyleClass().add("machine-text");
        handOver.getStyleClass().setAll("tool", "machine-run");
        handOver.setId("hand-over");
        handOver.setMaxWidth(Double.MAX_VALUE);
        handOver.setMinWidth(0);
        handOver.setOnAction(_ -> desk.handOver());
        getChildren().addAll(handOver, text);
        playback.nowProperty().subscribe(_ -> ask());
        playback.selectedProperty().subscribe(_ -> ask());
        playback.secondProperty().subscribe(_ -> ask());
    }

    /** The machine is asked on a thread of its own; only the last question counts. */
    private void ask() {
        int mine = ++asked;
        Optional<Now> now = playback.nowProperty().get();
        if (now.isEmpty() || !(now.get().run() instanceof OfMachine machine)) {
            return;
        }
        int selected = playback.selectedProperty().get();
        int second = playback.secondProperty().get();
        var ids = new Ids(now.get().moment());
        Thread.ofVirtual().name("machine").start(() -> {
            Answer answer = Answer.of(machine, ids, selected, second);
            Platform.runLater(() -> {
                if (mine == asked) {
                    show(answer);
                }
            });
        });
    }

    private void show(Answer answer) {
        playback.litProperty().set(answer.lit());
        handOver.setVisible(answer.handOver().isPresent());
        handOver.setManaged(answer.handOver().isPresent());
        handOver.setText(
                answer.handOver().map(name -> "Run it: hand over " + name).orElse(""));
        if (!shown.equals(answer.paragraphs())) {
            shown = answer.paragraphs();
            text.getChildren().setAll(shown.stream().map(AnswerPane::label).toList());
        }
    }

    private static Label label(Answer.Paragraph paragraph) {
        var label = new Label(paragraph.text());
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        label.getStyleClass()
                .add(
                        switch (paragraph.kind()) {
                            case HEADING -> "heading";
                            case TEXT -> "machine-words";
                            case BAD -> "machine-bad";
                            case QUIET -> "machine-quiet";
                        });
        return label;
    }

    @Override
    public List<String> textTwin() {
        return shown.stream().map(Answer.Paragraph::text).toList();
    }
}
