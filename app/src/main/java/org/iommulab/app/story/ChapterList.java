package org.iommulab.app.story;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.scene.Node;
import javafx.scene.layout.VBox;
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
    private final List<ChapterRow> rows = new ArrayList<>();
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

    private ChapterRow row(Chapter chapter) {
        var row = new ChapterRow(chapter, () -> playback.why(chapter.lastStep()));
        row.setDisable(!chapter.reached());
        row.setOnAction(_ -> playback.go(chapter.firstStep()));
        return row;
    }

    private static void mark(ChapterRow row, Chapter chapter, ChapterState state) {
        var classes = List.of("chapter", state.styleClass());
        if (row.getStyleClass().equals(classes)) {
            return; // a new style, even the same, costs a pass over the row
        }
        row.getStyleClass().setAll(classes);
        row.setAccessibleText(chapter.title() + ", " + state.spoken());
        String text = switch (state) {
            case FAILED -> chapter.result();
            case NEVER -> "not reached";
            case DONE, HERE, TO_COME -> "";
        };
        row.tell(text, state == ChapterState.FAILED);
    }
}
