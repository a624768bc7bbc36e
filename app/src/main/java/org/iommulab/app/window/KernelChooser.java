package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import org.iommulab.app.words.KernelNames;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Version;

/** Every kernel of the chooser as a button, to compare with. */
final class KernelChooser extends VBox {
    /** @param present the kernel that is shown now, which is no choice */
    KernelChooser(KernelBuild present, Consumer<KernelBuild> chosen) {
        getStyleClass().add("kernel-chooser");
        var text = new Label("Plays the story on " + KernelNames.title(present)
                + " and on the kernel that you choose, and shows where they part.");
        text.setWrapText(true);
        var flow = new FlowPane();
        flow.getStyleClass().add("kernel-choices");
        for (KernelBuild build : known()) {
            if (!build.equals(present)) {
                var button = new Button(KernelNames.title(build));
                button.getStyleClass().add("tool");
                button.setOnAction(_ -> chosen.accept(build));
                flow.getChildren().add(button);
            }
        }
        getChildren().addAll(text, flow);
    }

    private static List<KernelBuild> known() {
        var known = new ArrayList<KernelBuild>();
        Stream.concat(
                        Level.SERIES.stream().map(Level::build),
                        Arrays.stream(Version.values()).map(KernelBuild::of))
                .filter(build -> !known.contains(build))
                .forEach(known::add);
        return known;
    }
}
