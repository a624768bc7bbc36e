package org.iommulab.app.story;

import java.util.Optional;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Separator;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;

/** The left column: the story, what happens here, the patch series. */
public final class StoryPane extends ScrollPane {
    private final Label sentence = new Label();
    private final Words words;

    /**
     * @param kernel the kernel that was asked for
     * @param firstBad the first level of the series that ends differently, as far as known
     */
    public StoryPane(
            Playback playback,
            ObservableValue<KernelBuild> kernel,
            ObservableValue<Optional<Level>> firstBad,
            Words words) {
        this.words = words;
        getStyleClass().addAll("column", "story");
        setFitToWidth(true);
        setHbarPolicy(ScrollBarPolicy.NEVER);
        sentence.setWrapText(true);
        sentence.getStyleClass().add("sentence");
        sentence.setId("sentence");
        setContent(column(
                heading("Story"),
                new ChapterList(playback),
                new Separator(),
                heading("What happens here"),
                sentence,
                new Separator(),
                heading("Patch series"),
                new PatchRow(playback, kernel, firstBad),
                heading("Patches one by one"),
                new PatchSwitches(playback, kernel)));
        playback.nowProperty().subscribe(now -> now.ifPresent(this::show));
    }

    private static VBox column(javafx.scene.Node... parts) {
        var column = new VBox(parts);
        column.getStyleClass().add("column-content");
        return column;
    }

    private static Label heading(String text) {
        var label = new Label(text);
        label.getStyleClass().add("heading");
        return label;
    }

    private void show(Now now) {
        sentence.setText(words.sentence(now.run(), now.step()));
    }
}
