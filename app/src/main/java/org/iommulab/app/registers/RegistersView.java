package org.iommulab.app.registers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.LineList;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.words.Hex;
import org.iommulab.graph.Moment;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;
import org.jspecify.annotations.Nullable;

/** Register and table writes up to this step, newest first, and the registers of a unit below them. */
public final class RegistersView extends VBox implements TextTwin {
    private static final PseudoClass HERE = PseudoClass.getPseudoClass("here");
    private static final PseudoClass NEWEST = PseudoClass.getPseudoClass("within");

    private final Playback playback;
    private final LineList<Integer> writes = new LineList<>(this::line);
    private final Label unitTitle = new Label();
    private final LineList<RegisterView> registers = new LineList<>(RegistersView::line);

    private @Nullable Recording recording;
    private Optional<Writes> known = Optional.empty();
    private Optional<Moment.UnitView> unit = Optional.empty();
    private int step;

    public RegistersView(Playback playback) {
        super(4);
        this.playback = playback;
        getStylesheets().add(LineList.sheet());
        var nothing = new Label("Nothing has been written yet.");
        nothing.getStyleClass().add("lab-small");
        writes.setPlaceholder(nothing);
        writes.setCellFactory(_ -> new WriteCell());
        writes.getStyleClass().add("lab-writes");
        writes.setOnMouseClicked(event -> {
            Integer there = writes.getSelectionModel().getSelectedItem();
            if (event.getClickCount() == 2 && there != null) {
                playback.go(there);
            }
        });
        VBox.setVgrow(writes, Priority.ALWAYS);
        unitTitle.getStyleClass().add("lab-title");
        registers.setCellFactory(_ -> new RegisterCell());
        registers.getStyleClass().add("lab-registers");
        registers.fixedCellSizeProperty().addListener(_ -> fit());
        getChildren().addAll(writes, unitTitle, registers);
        setMinSize(80, 60);
        heightProperty().addListener(_ -> fit());
        playback.nowProperty().addListener((_, _, now) -> now.ifPresent(this::show));
        playback.selectedProperty()
                .addListener(_ -> playback.nowProperty().get().ifPresent(this::show));
        playback.nowProperty().get().ifPresent(this::show);
    }

    private void show(Now now) {
        step = now.step();
        Recording latest = now.run().recording();
        if (recording != latest) {
            recording = latest;
            known = Optional.empty();
            Thread.ofVirtual().name("writes").start(() -> {
                Writes made = Writes.of(latest);
                Platform.runLater(() -> arrived(latest, made));
            });
        }
        refresh();
        playback.nowProperty().get().ifPresent(this::showUnit);
    }

    private void arrived(Recording of, Writes made) {
        if (recording == of) {
            known = Optional.of(made);
            refresh();
            playback.nowProperty().get().ifPresent(this::showUnit);
        }
    }

    private void refresh() {
        known.ifPresent(all -> writes.show(all.upTo(step)));
        writes.refresh();
    }

    // ---- the unit

    private void showUnit(Now now) {
        unit = chosen(now);
        unitTitle.setText(unit.map(u -> u.name() + "  ·  " + u.model()).orElse("No unit is selected"));
        registers.show(unit.map(Moment.UnitView::registers).orElse(List.of()));
        fit();
    }

    /** The selected unit, otherwise the one that was written last, otherwise the first. */
    private Optional<Moment.UnitView> chosen(Now now) {
        List<Moment.UnitView> units = now.moment().units();
        int selected = playback.selectedProperty().get();
        return with(units, selected)
                .or(() -> lastWritten().flatMap(id -> with(units, id)))
                .or(() -> units.stream().findFirst());
    }

    private static Optional<Moment.UnitView> with(List<Moment.UnitView> units, int id) {
        return units.stream().filter(u -> u.id() == id).findFirst();
    }

    private Optional<Integer> lastWritten() {
        Recording latest = recording;
        return latest == null
                ? Optional.empty()
                : known.flatMap(all -> all.upTo(step).stream()
                        .limit(64)
                        .filter(at -> latest.kind(at) == EventKind.REGISTER_WRITE)
                        .map(latest::objectId)
                        .findFirst());
    }

    private void fit() {
        double wanted = unit.map(u -> u.registers().size() * registers.getFixedCellSize() + 4)
                .orElse(0.0);
        double most = Math.max(registers.getFixedCellSize() * 3, getHeight() * 0.45);
        registers.setPrefHeight(Math.min(wanted, most));
        registers.setMinHeight(Math.min(wanted, most));
    }

    // ---- cells

    private String line(int at) {
        Recording latest = recording;
        return latest == null
                ? ""
                : WriteText.of(latest.event(at), latest.machine()).line();
    }

    private static String line(RegisterView register) {
        return register.name() + " " + Hex.plain(register.offset()) + " = " + Hex.word(register.value())
                + (register.meaning().isEmpty() ? "" : ", " + register.meaning());
    }

    private static Label label(String style) {
        var label = new Label();
        label.getStyleClass().add(style);
        return label;
    }

    private static HBox row(Label left, Label right) {
        var space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        right.setMinWidth(Region.USE_PREF_SIZE);
        return new HBox(8, left, space, right);
    }

    private final class WriteCell extends ListCell<Integer> {
        private final Label name = label("lab-name");
        private final Label value = label("lab-value");
        private final Label place = label("lab-small-mono");
        private final Label meaning = label("lab-small");
        private final HBox first = row(name, value);
        private final VBox box = new VBox(2, first, meaning);

        WriteCell() {
            setPrefWidth(0);
            first.getChildren().add(1, place);
            name.setMinWidth(Region.USE_PREF_SIZE);
            place.setMinWidth(0);
            meaning.setMinWidth(0);
        }

        @Override
        protected void updateItem(Integer at, boolean empty) {
            super.updateItem(at, empty);
            Recording latest = recording;
            if (empty || at == null || latest == null || at > latest.length()) {
                setGraphic(null);
                pseudoClassStateChanged(HERE, false);
                pseudoClassStateChanged(NEWEST, false);
                return;
            }
            setGraphic(box);
            pseudoClassStateChanged(HERE, at == step);
            pseudoClassStateChanged(NEWEST, getIndex() == 0);
            WriteText text = WriteText.of(latest.event(at), latest.machine());
            boolean register = !text.offset().isEmpty();
            name.setText(text.name());
            place.setText(register ? text.offset() + "  " + text.place() : text.place());
            value.setText(text.value());
            meaning.setText(text.meaning());
        }
    }

    private static final class RegisterCell extends ListCell<RegisterView> {
        private final Label name = label("lab-value");
        private final Label value = label("lab-value");
        private final Label meaning = label("lab-small");
        private final HBox box = row(name, value);

        RegisterCell() {
            setPrefWidth(0);
            name.setMinWidth(USE_PREF_SIZE);
            value.setMinWidth(USE_PREF_SIZE);
            meaning.setMinWidth(0);
            box.getChildren().add(1, meaning);
        }

        @Override
        protected void updateItem(RegisterView register, boolean empty) {
            super.updateItem(register, empty);
            boolean full = !empty && register != null;
            setGraphic(full ? box : null);
            if (full) {
                name.setText(register.name());
                value.setText(Hex.word(register.value()));
                meaning.setText(register.meaning());
            }
        }
    }

    // ---- in words

    @Override
    public List<String> textTwin() {
        var lines = new ArrayList<String>();
        known.ifPresent(all -> all.upTo(step).stream()
                .limit(200)
                .forEach(at -> lines.add((at == step ? "> " : "  ") + "step " + at + ": " + line(at))));
        unit.ifPresent(u -> {
            lines.add(u.name() + ", " + u.model());
            u.registers().forEach(register -> lines.add("  " + line(register)));
        });
        return lines;
    }
}
