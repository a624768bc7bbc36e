package org.iommulab.app.story;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.WhyLink;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.jspecify.annotations.Nullable;

/** The chapters with a bullet each; a click goes to a chapter's first step. */
final class ChapterList extends VBox {
    private final Playback playback;
    private Optional<Run> shown = Optional.empty();
    private List<Chapter> chapters = List.of();
    private final List<Button> rows = new ArrayList<>();
    private final ReadOnlyObjectWrapper<@Nullable Node> here = new ReadOnlyObjectWrapper<>();

    ChapterList(Playback playback) {
        this.playback = playback;
        getStyleClass().add("chapters");
        playback.nowProperty().subscribe(now -> now.ifPresent(this::show));
    }

    private void show(Now now) {
        if (!shown.equals(Optional.of(now.run()))) {
            shown = Optional.of(now.run());
            rebuild(now.run().chapters());
        }
        for (int i = 0; i < rows.size(); i++) {
            ChapterState state = ChapterState.of(chapters.get(i), now.step());
            mark(rows.get(i), chapters.get(i), state);
            if (state == ChapterState.HERE) {
                here.set(rows.get(i));
            }
        }
    }

    /** The row of the chapter that we are in. */
    ReadOnlyObjectProperty<@Nullable Node> hereProperty() {
        return here.getReadOnlyProperty();
    }

    private void rebuild(List<Chapter> fresh) {
        chapters = fresh;
        rows.clear();
        fresh.forEach(chapter -> rows.add(row(chapter)));
        getChildren().setAll(rows);
    }

    private Button row(Chapter chapter) {
        var bullet = new Region();
        bullet.getStyleClass().add("bullet");
        var title = new Label(chapter.title());
        title.getStyleClass().add("chapter-title");
        title.setTextOverrun(OverrunStyle.ELLIPSIS);
        title.setMinWidth(0);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        var result = new Label();
        result.getStyleClass().addAll("mono", "chapter-result");
        result.setMinWidth(Region.USE_PREF_SIZE);
        var why = new WhyLink(() -> playback.why(chapter.lastStep()));
        why.show(false);
        var line = new HBox(bullet, title, why, result);
        line.setAlignment(Pos.CENTER_LEFT);
        line.getStyleClass().add("chapter-line");
        var row = new Button();
        row.setGraphic(line);
        row.getStyleClass().setAll("chapter");
        row.setMaxWidth(Double.MAX_VALUE);
        // A button's graphic takes its own width; tied to the row's so that long titles end in an ellipsis.
        line.prefWidthProperty().bind(row.widthProperty().subtract(19));
        row.setMinWidth(0);
        row.setPrefWidth(100);
        row.setDisable(!chapter.reached());
        row.setTooltip(new Tooltip(chapter.title()));
        row.setOnAction(_ -> playback.go(chapter.firstStep()));
        return row;
    }

    private static void mark(Button row, Chapter chapter, ChapterState state) {
        var classes = List.of("chapter", state.styleClass());
        if (row.getStyleClass().equals(classes)) {
            return; // a new style, even the same, costs a pass over the row
        }
        row.getStyleClass().setAll(classes);
        row.setAccessibleText(chapter.title() + ", " + state.spoken());
        var line = (HBox) row.getGraphic();
        var result = (Label) line.getChildren().getLast();
        String text = switch (state) {
            case FAILED -> chapter.result();
            case NEVER -> "not reached";
            case DONE, HERE, TO_COME -> "";
        };
        result.setText(text);
        result.setManaged(!text.isEmpty());
        line.getChildren().stream()
                .filter(WhyLink.class::isInstance)
                .map(WhyLink.class::cast)
                .forEach(why -> why.show(state == ChapterState.FAILED));
    }
}
