package org.iommulab.app.story;

import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.control.ScrollPane;
import org.jspecify.annotations.Nullable;

/** Scrolls the chapters where they have not enough room, and keeps the one that we are in in sight with its neighbours. */
final class ChapterScroll extends ScrollPane {
    private final ChapterList chapters;

    ChapterScroll(ChapterList chapters) {
        super(chapters);
        this.chapters = chapters;
        getStyleClass().add("chapter-scroll");
        setFitToWidth(true);
        setHbarPolicy(ScrollBarPolicy.NEVER);
        setFocusTraversable(false);
        chapters.hereProperty().addListener(_ -> bring());
        chapters.heightProperty().addListener(_ -> bring());
        viewportBoundsProperty().addListener(_ -> bring());
    }

    private void bring() {
        @Nullable Node here = chapters.hereProperty().get();
        if (here == null) {
            return;
        }
        Bounds row = here.getBoundsInParent();
        double seen = getViewportBounds().getHeight();
        double more = chapters.getHeight() - seen;
        if (more <= 0 || row.getHeight() <= 0) {
            return;
        }
        double top = getVvalue() * more;
        double from = row.getMinY() - row.getHeight();
        double to = row.getMaxY() + row.getHeight();
        double next = from < top ? from : to > top + seen ? to - seen : top;
        setVvalue(Math.clamp(next / more, 0, 1));
    }
}
