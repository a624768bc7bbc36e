package org.iommulab.app.window;

import java.util.function.BiFunction;
import javafx.beans.value.ObservableValue;
import javafx.scene.layout.Region;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.story.Words;
import org.iommulab.app.timeline.TimelineView;
import org.iommulab.app.walk.WalkView;
import org.iommulab.app.words.StepWords;

/** What the window is put together from; each is made once and then listens to the playback. */
record Views(Maker graph, Maker timeline, Maker walk, Maker log, Maker registers, Maker source, Words words) {
    /** The lab's own. */
    static Views standard() {
        return new Views(
                TimelineView::new, TimelineView::new, WalkView::new, WalkView::new, WalkView::new, WalkView::new,
                StepWords::sentence);
    }

    /** Makes a view. */
    interface Maker extends BiFunction<Playback, ObservableValue<Theme>, Region> {}
}
