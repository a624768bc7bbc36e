package org.iommulab.app.story;

import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Separator;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.WhyLink;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.sim.Event;
import org.iommulab.sim.Term;

/** The left column: the story, what happens here, the patch series. */
public final class StoryPane extends ScrollPane {
    private static final int LEAST = 6;

    private final Label sentence = new Label();
    private final Words words;
    private final WhyLink why;

    /**
     * @param kernel the kernel that was asked for
     * @param firstBad the first level of the series that ends differently, as far as known
     * @param bisect walks the levels
     * @param details tells of each patch
     */
    public StoryPane(
            Playback playback,
            ObservableValue<KernelBuild> kernel,
            ObservableValue<Optional<Level>> firstBad,
            Words words,
            Runnable bisect,
            Runnable details) {
        this.words = words;
        why = new WhyLink(() -> playback.nowProperty().get().ifPresent(now -> playback.why(now.step())));
        why.show(false);
        getStyleClass().addAll("column", "story");
        setFitToWidth(true);
        // What happens here stays in sight however long the story is: the chapters give way and scroll by themselves.
        setFitToHeight(true);
        setHbarPolicy(ScrollBarPolicy.NEVER);
        sentence.setWrapText(true);
        sentence.setMinHeight(USE_PREF_SIZE);
        sentence.getStyleClass().add("sentence");
        sentence.setId("sentence");
        var patches = column(
                new Separator(),
                heading("Patch series", "Bisect", bisect),
                new PatchRow(playback, kernel, firstBad),
                heading("Patches one by one", "Details", details),
                new PatchSwitches(playback, kernel));
        patches.setMinHeight(USE_PREF_SIZE);
        patches.getStyleClass().setAll("column-part");
        var chapters = new ChapterList(playback);
        // A captured machine tells no story, and has no core behind it that could be another one.
        BooleanBinding played = Bindings.createBooleanBinding(
                () -> !playback.levelsProperty().get().isEmpty(), playback.levelsProperty());
        BooleanBinding nothing =
                Bindings.createBooleanBinding(() -> playback.nowProperty().get().isEmpty(), playback.nowProperty());
        // Of a trace whoever traced may have marked the parts.
        BooleanBinding told = Bindings.createBooleanBinding(
                () -> played.get()
                        || playback.nowProperty()
                                .get()
                                .filter(now -> !now.run().chapters().isEmpty())
                                .isPresent(),
                played,
                playback.nowProperty());
        var scroll = new ChapterScroll(chapters);
        VBox.setVgrow(scroll, Priority.SOMETIMES);
        show(scroll, told);
        // Nor does a file that cannot be played: its levels would all be red and mean nothing.
        show(patches, played.and(nothing.not()));
        var title = heading("");
        title.textProperty().bind(Bindings.when(played).then("Story").otherwise("A captured machine"));
        var filler = new Region();
        VBox.setVgrow(filler, Priority.ALWAYS);
        // Few chapters take no more room than they need, many leave at least some in sight.
        scroll.minHeightProperty()
                .bind(Bindings.min(
                        chapters.heightProperty(), title.heightProperty().multiply(LEAST)));
        setContent(
                column(title, scroll, new Separator(), heading("What happens here"), sentence, why, filler, patches));
        playback.nowProperty().subscribe(now -> now.ifPresent(this::show));
    }

    private static void show(Node part, BooleanBinding when) {
        part.visibleProperty().bind(when);
        part.managedProperty().bind(when);
    }

    private static VBox column(javafx.scene.Node... parts) {
        var column = new VBox(parts);
        column.getStyleClass().add("column-content");
        return column;
    }

    private static HBox heading(String text, String button, Runnable does) {
        var filler = new Region();
        HBox.setHgrow(filler, Priority.ALWAYS);
        var tool = new Button(button);
        tool.getStyleClass().addAll("tool", "small-tool");
        tool.setId("tool-" + button.toLowerCase(java.util.Locale.ROOT));
        tool.setMinWidth(Region.USE_PREF_SIZE);
        tool.setOnAction(_ -> does.run());
        var line = new HBox(heading(text), filler, tool);
        line.setAlignment(Pos.CENTER_LEFT);
        return line;
    }

    private static Label heading(String text) {
        var label = new Label(text);
        label.getStyleClass().add("heading");
        return label;
    }

    private void show(Now now) {
        sentence.setText(words.sentence(now.run(), now.step()));
        why.show(now.event().filter(StoryPane::isRed).isPresent());
    }

    /** Something went wrong in this step itself. */
    private static boolean isRed(Event event) {
        return switch (event) {
            case Event.Warn _, Event.Oops _, Event.Hang _, Event.Fault _, Event.UseAfterFree _ -> true;
            case Event.Check check -> check.good() != check.total();
            case Event.Leave leave -> leave.term().result() == Term.Operand.ERRNO && leave.result() < 0;
            default -> false;
        };
    }
}
