package org.iommulab.app.story;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.kernel.Version;

/** Each patch by itself, so that subsets that never existed can be tried; what is odd about one is said. */
final class PatchSwitches extends VBox {
    private final Map<Patch, ToggleButton> switches = new EnumMap<>(Patch.class);
    private final Label remarks = new Label();

    PatchSwitches(Playback playback, ObservableValue<KernelBuild> kernel) {
        getStyleClass().add("patch-switches");
        var flow = new FlowPane();
        flow.getStyleClass().add("patch-flow");
        for (Patch patch : Patch.values()) {
            var button = new ToggleButton(patch.text());
            button.getStyleClass().setAll("patch-switch", "mono");
            button.setTooltip(
                    new Tooltip((patch.isIdea() ? "never merged" : patch.commit()) + " \"" + patch.subject() + "\""));
            button.setAccessibleText("Patch " + patch.text() + ", " + patch.subject());
            button.setOnAction(_ -> playback.kernel(kernel.getValue().with(chosen())));
            switches.put(patch, button);
            flow.getChildren().add(button);
        }
        remarks.getStyleClass().add("remark");
        remarks.setWrapText(true);
        remarks.setMinHeight(USE_PREF_SIZE);
        getChildren().addAll(flow, remarks);
        kernel.subscribe(this::show);
    }

    private Set<Patch> chosen() {
        Set<Patch> chosen = EnumSet.noneOf(Patch.class);
        switches.forEach((patch, button) -> {
            if (button.isSelected()) {
                chosen.add(patch);
            }
        });
        return chosen;
    }

    private void show(KernelBuild kernel) {
        switches.forEach((patch, button) -> {
            boolean chosen = kernel.patches().contains(patch);
            button.setSelected(chosen);
            // what came long after 6.2 is no subset of the series
            boolean shown =
                    chosen || patch.base() == Version.V6_2 || kernel.version().compareTo(patch.base()) >= 0;
            button.setVisible(shown);
            button.setManaged(shown);
        });
        String text = String.join("\n", kernel.remarks());
        remarks.setText(text);
        remarks.setVisible(!text.isEmpty());
        remarks.setManaged(!text.isEmpty());
    }
}
