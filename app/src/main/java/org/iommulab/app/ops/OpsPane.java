package org.iommulab.app.ops;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.controlsfx.control.ToggleSwitch;
import org.iommulab.app.playback.Playback;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.Run.CallbackEntry;

/** The driver's callbacks. A switch takes one out of the driver's table and runs the story again. */
public final class OpsPane extends VBox {
    private final Playback playback;
    private final ObservableValue<KernelBuild> kernel;
    private final VBox rows = new VBox();
    private final Label table = new Label();
    private Optional<Run> shown = Optional.empty();

    /** @param kernel the kernel that was asked for, which may be ahead of the run that is shown */
    public OpsPane(Playback playback, ObservableValue<KernelBuild> kernel) {
        this.playback = playback;
        this.kernel = kernel;
        getStyleClass().add("ops");
        var heading = new Label("Driver callbacks");
        heading.getStyleClass().add("heading");
        heading.setMinWidth(Region.USE_PREF_SIZE);
        table.getStyleClass().addAll("mono", "muted");
        table.setMinWidth(0);
        var head = new HBox(heading, filler(), table);
        head.getStyleClass().add("ops-head");
        head.setAlignment(Pos.BASELINE_LEFT);
        rows.getStyleClass().add("ops-rows");
        getChildren().addAll(head, rows);
        playback.nowProperty()
                .subscribe(now -> now.ifPresent(found -> {
                    if (!shown.equals(Optional.of(found.run()))) {
                        shown = Optional.of(found.run());
                        show(found.run());
                    }
                }));
    }

    private void show(Run run) {
        List<CallbackEntry> entries = run.callbacks();
        table.setText(entries.stream().map(CallbackEntry::table).distinct().collect(Collectors.joining(", ")));
        Set<Removal> removed = Set.copyOf(run.kernel().removed());
        if (entries.isEmpty()) {
            var none = new Label("A captured trace: no core ran behind it");
            none.getStyleClass().add("muted");
            none.setWrapText(true);
            rows.getChildren().setAll(none);
            return;
        }
        rows.getChildren()
                .setAll(entries.stream().map(entry -> row(entry, removed)).toList());
    }

    private HBox row(CallbackEntry entry, Set<Removal> removed) {
        Optional<Removal> removal =
                Callback.named(entry.callback()).map(callback -> new Removal(entry.driver(), callback));
        boolean byUser = removal.filter(removed::contains).isPresent();
        var name = new Label(entry.callback());
        name.getStyleClass().addAll("mono", entry.present() ? "op-present" : "op-absent");
        name.setMinWidth(0);
        name.setTooltip(new Tooltip(
                entry.function().isEmpty() ? entry.callback() : entry.callback() + " = " + entry.function()));
        HBox.setHgrow(name, Priority.ALWAYS);
        name.setMaxWidth(Double.MAX_VALUE);
        var remark = new Label(entry.remark());
        remark.getStyleClass().addAll("op-remark", entry.remark().startsWith("never") ? "danger" : "muted");
        remark.setMinWidth(Region.USE_PREF_SIZE);
        var toggle = new ToggleSwitch();
        toggle.setSelected(entry.present());
        // A callback that this kernel never had cannot be switched on: there is no function to point at.
        toggle.setDisable(!entry.present() && !byUser || removal.isEmpty());
        toggle.setAccessibleText(entry.callback() + " of " + entry.driver());
        toggle.setId("op-" + entry.callback());
        toggle.selectedProperty()
                .subscribe((_, on) -> removal.ifPresent(known -> {
                    Set<Removal> wanted = new HashSet<>(kernel.getValue().removed());
                    if (on) {
                        wanted.remove(known);
                    } else {
                        wanted.add(known);
                    }
                    playback.remove(wanted);
                }));
        var row = new HBox(name, remark, toggle);
        row.getStyleClass().add("op-row");
        row.setAlignment(Pos.CENTER_LEFT);
        return row;
    }

    private static Region filler() {
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        return filler;
    }
}
