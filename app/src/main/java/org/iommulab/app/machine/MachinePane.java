package org.iommulab.app.machine;

import java.util.List;
import java.util.Optional;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.Separator;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.LineList;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.capture.machine.WhatIf;
import org.iommulab.scenario.Run;
import org.jspecify.annotations.Nullable;

/** The left column of a captured machine: its groups with who blocks them, and what overriding ACS would change. */
public final class MachinePane extends VBox implements TextTwin {
    private final Playback playback;
    private final Label kernel = new Label();
    private final LineList<Row> list = new LineList<>(Row::text);
    private final ToggleButton downstream = toggle("downstream", "acs-downstream");
    private final ToggleButton multifunction = toggle("multifunction", "acs-multifunction");
    private final ToggleButton device = toggle("this device", "acs-device");
    private final Label consequence = words();
    private final Label danger = words();
    private Optional<Run> shown = Optional.empty();
    private List<Row> rows = List.of();
    private boolean following;

    public MachinePane(Playback playback, MachineDesk desk) {
        this.playback = playback;
        getStyleClass().addAll("machine", "column");
        getStylesheets().add(LineList.sheet());
        kernel.getStyleClass().addAll("muted", "machine-words");
        kernel.setWrapText(true);
        kernel.setMinHeight(USE_PREF_SIZE);
        list.setId("machine-groups");
        list.getSelectionModel().setSelectionMode(SelectionMode.SINGLE);
        list.setCellFactory(_ -> new Cell());
        list.setPlaceholder(new Label("This machine has no groups."));
        VBox.setVgrow(list, Priority.ALWAYS);
        danger.getStyleClass().add("danger");
        var switches = new FlowPane(downstream, multifunction, device);
        switches.getStyleClass().add("patch-flow");
        switches.setAlignment(Pos.CENTER_LEFT);
        var head = new VBox(heading("This machine"), kernel);
        head.getStyleClass().add("machine-head");
        var foot = new VBox(new Separator(), heading("What if ACS were overridden"), switches, consequence, danger);
        foot.getStyleClass().add("machine-foot");
        foot.setMinHeight(USE_PREF_SIZE);
        getChildren().addAll(head, list, foot);
        downstream.setOnAction(_ -> desk.overrideDownstream());
        multifunction.setOnAction(_ -> desk.overrideMultifunction());
        device.setOnAction(_ -> desk.overrideDevice());
        list.getSelectionModel().selectedItemProperty().subscribe(this::chosen);
        playback.nowProperty().subscribe(now -> now.ifPresent(this::show));
        playback.selectedProperty().subscribe(_ -> follow());
        playback.secondProperty().subscribe(_ -> list.refresh());
    }

    private static Label heading(String text) {
        var label = new Label(text);
        label.getStyleClass().add("heading");
        return label;
    }

    private static Label words() {
        var label = new Label();
        label.getStyleClass().add("machine-words");
        label.setWrapText(true);
        label.setMinHeight(USE_PREF_SIZE);
        return label;
    }

    private static ToggleButton toggle(String text, String id) {
        var button = new ToggleButton(text);
        button.getStyleClass().setAll("patch-switch");
        button.setId(id);
        return button;
    }

    private void show(Now now) {
        if (shown.filter(run -> run == now.run()).isPresent() || !(now.run() instanceof OfMachine machine)) {
            return;
        }
        shown = Optional.of(now.run());
        kernel.setText(sentence(machine.machine().file().kernelWords()));
        rows = Row.of(machine, new Ids(now.moment()));
        following = true;
        list.show(rows);
        following = false;
        override(machine.whatIf());
        follow();
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    // ---- what if

    private void override(Optional<WhatIf> whatIf) {
        AcsOverride override = whatIf.map(WhatIf::override).orElse(AcsOverride.NONE);
        downstream.setSelected(override.downstream());
        multifunction.setSelected(override.multifunction());
        consequence.setText(whatIf.map(WhatIf::sentence)
                .orElse("The kernel would believe in isolation that the hardware does not promise."));
        String open = whatIf.flatMap(answer -> answer.open().stream()
                        .map(path -> path.sentence())
                        .reduce((first, more) -> first)
                        .map(first -> answer.open().size() == 1
                                ? first
                                : first + " " + (answer.open().size() - 1) + " more such ways are lit."))
                .orElse("");
        danger.setText(open);
        danger.setVisible(!open.isEmpty());
        danger.setManaged(!open.isEmpty());
        theDevice();
    }

    /** The third switch is about the device that is selected. */
    private void theDevice() {
        Optional<Row> row = selectedRow().filter(found -> found.kind() == Row.Kind.DEVICE);
        device.setDisable(row.isEmpty());
        device.setText(row.map(found -> "only " + found.name()).orElse("only one device"));
        AcsOverride override = shown.filter(OfMachine.class::isInstance)
                .flatMap(run -> ((OfMachine) run).whatIf())
                .map(WhatIf::override)
                .orElse(AcsOverride.NONE);
        device.setSelected(
                row.filter(found -> override.devices().contains(found.name())).isPresent());
    }

    // ---- one selection

    private Optional<Row> selectedRow() {
        int id = playback.selectedProperty().get();
        return rows.stream().filter(row -> id != 0 && row.id() == id).findFirst();
    }

    private void chosen(@Nullable Row row) {
        if (row != null && row.id() != 0 && !following) {
            playback.selectedProperty().set(row.id());
        }
    }

    private void follow() {
        following = true;
        Optional<Row> row = selectedRow();
        boolean here =
                row.isPresent() && row.get().equals(list.getSelectionModel().getSelectedItem());
        if (row.isEmpty()) {
            list.getSelectionModel().clearSelection();
        } else if (!here) {
            list.getSelectionModel().select(row.get());
            // with the head of its group, as a rule
            list.scrollTo(Math.max(0, rows.indexOf(row.get()) - 4));
        }
        following = false;
        theDevice();
        list.refresh();
    }

    @Override
    public List<String> textTwin() {
        return rows.stream().map(Row::text).toList();
    }

    private final class Cell extends ListCell<Row> {
        private final RowLine line = new RowLine();

        Cell() {
            setPrefWidth(0);
            addEventFilter(MouseEvent.MOUSE_PRESSED, this::second);
        }

        private void second(MouseEvent event) {
            Row row = getItem();
            if (row != null && row.id() != 0 && (event.isShiftDown() || event.isShortcutDown())) {
                playback.secondProperty().set(row.id());
                event.consume();
            }
        }

        @Override
        protected void updateItem(Row row, boolean empty) {
            super.updateItem(row, empty);
            boolean full = !empty && row != null;
            setText("");
            setGraphic(full ? line : null);
            int id = full ? row.id() : 0;
            pseudoClassStateChanged(
                    RowLine.HERE, id != 0 && id == playback.selectedProperty().get());
            pseudoClassStateChanged(
                    RowLine.WITHIN, id != 0 && id == playback.secondProperty().get());
            if (full) {
                line.show(row);
            }
        }
    }
}
