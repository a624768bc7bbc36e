package org.iommulab.app.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.LineList;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.sim.Recording;

/** The model's source at this step, as a list of lines that can be copied. */
public final class SourceView extends VBox implements TextTwin {
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final PseudoClass WITHIN = PseudoClass.getPseudoClass("within");
    private static final PseudoClass QUIET = PseudoClass.getPseudoClass("quiet");

    private final Playback playback;
    private final CompletableFuture<SourceIndex> index;
    private final Label function = new Label();
    private final Label where = new Label();
    private final LineList<Integer> list = new LineList<>(this::line);

    private List<String> lines = List.of();
    private String file = "";
    private Optional<SourceScene> scene = Optional.empty();

    public SourceView(Playback playback) {
        this(playback, CompletableFuture.supplyAsync(SourceIndex::ofModel));
    }

    SourceView(Playback playback, CompletableFuture<SourceIndex> index) {
        super(2);
        this.playback = playback;
        this.index = index;
        getStylesheets().add(LineList.sheet());
        function.getStyleClass().add("lab-name");
        where.getStyleClass().add("lab-small");
        list.setCellFactory(_ -> new Cell());
        VBox.setVgrow(list, Priority.ALWAYS);
        getChildren().addAll(function, where, list);
        setMinSize(80, 60);
        playback.nowProperty().addListener(_ -> refresh());
        list.heightProperty().addListener(_ -> centre());
        // an index that failed shows nothing, and the pane says so
        var _ = index.whenComplete((_, _) -> Platform.runLater(this::refresh));
    }

    private void refresh() {
        if (!index.isDone() || index.isCompletedExceptionally()) {
            return;
        }
        playback.nowProperty().get().ifPresent(now -> show(now, index.join()));
    }

    private void show(Now now, SourceIndex ready) {
        Recording recording = now.run().recording();
        scene = SourceScene.at(ready, recording, now.step());
        list.setVisible(scene.isPresent());
        if (scene.isEmpty()) {
            function.setText(
                    ready.isEmpty() ? "This build carries no sources" : "No kernel function runs at this step");
            where.setText("");
        } else {
            SourceScene here = scene.get();
            function.setText(here.function());
            where.setText((here.kernelFile().isEmpty() ? "" : here.kernelFile() + "  ·  ") + "here " + here.modelled());
            if (!here.place().file().equals(file)) {
                file = here.place().file();
                lines = ready.lines(file);
                list.show(IntStream.rangeClosed(1, lines.size()).boxed().toList());
            }
            centre();
            Platform.runLater(this::centre); // again when the list has laid out what is new
        }
        list.refresh();
    }

    /** Brings the line to a third of the height. */
    private void centre() {
        double rows = Math.max(12, list.getHeight() / list.getFixedCellSize());
        scene.ifPresent(here -> list.scrollTo((int) Math.max(0, here.line() - 1 - rows / 3)));
    }

    /** With half of its indentation: the pane is narrow. */
    private static String shown(int number, String line) {
        String text = line.stripLeading();
        return "%4d  %s%s".formatted(number, " ".repeat((line.length() - text.length()) / 2), text);
    }

    private String line(int number) {
        return number <= lines.size() ? lines.get(number - 1) : "";
    }

    private final class Cell extends ListCell<Integer> {
        @Override
        protected void updateItem(Integer number, boolean empty) {
            super.updateItem(number, empty);
            boolean full = !empty && number != null;
            setText(full ? shown(number, line(number)) : "");
            pseudoClassStateChanged(
                    HERE, full && scene.isPresent() && scene.get().line() == number);
            pseudoClassStateChanged(
                    WITHIN, full && scene.isPresent() && scene.get().place().line() == number);
            pseudoClassStateChanged(QUIET, full && isComment(line(number)));
        }
    }

    private static boolean isComment(String line) {
        String text = line.strip();
        return text.startsWith("//") || text.startsWith("/*") || text.startsWith("*");
    }

    @Override
    public List<String> textTwin() {
        var twin = new ArrayList<String>();
        twin.add(function.getText());
        twin.add(where.getText());
        scene.ifPresent(here -> IntStream.rangeClosed(
                        Math.max(1, here.line() - 8), Math.min(lines.size(), here.line() + 16))
                .forEach(n -> twin.add((n == here.line() ? "> " : "  ") + "%4d  %s".formatted(n, line(n)))));
        return twin;
    }
}
