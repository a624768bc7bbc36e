package org.iommulab.app.window;

import java.util.function.BiFunction;
import javafx.beans.value.ObservableValue;
import javafx.scene.layout.Region;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.graph.GraphView;
import org.iommulab.app.log.LogView;
import org.iommulab.app.matrix.Sweeper;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Reasons;
import org.iommulab.app.registers.RegistersView;
import org.iommulab.app.source.SourceView;
import org.iommulab.app.story.Words;
import org.iommulab.app.timeline.TimelineView;
import org.iommulab.app.walk.WalkView;
import org.iommulab.app.words.StepWords;

/** What the window is put together from; each is made once and then listens to the playback. */
record Views(
        Maker graph,
        Maker timeline,
        Maker walk,
        Maker log,
        Maker registers,
        Maker source,
        Words words,
        Sweeper sweeper,
        Reasons reasons) {
    /** The lab's own. */
    static Views standard() {
        return new Views(
                Views::graph,
                TimelineView::new,
                WalkView::new,
                (playback, _) -> new LogView(playback),
                (playback, _) -> new RegistersView(playback),
                (playback, _) -> new SourceView(playback),
                StepWords::sentence,
                new LibrarySweeper(),
                new ChainReasons());
    }

    private static Region graph(Playback playback, ObservableValue<Theme> theme) {
        var graph = new GraphView(playback);
        graph.themeProperty().bind(theme);
        return graph;
    }

    /** Makes a view. */
    interface Maker extends BiFunction<Playback, ObservableValue<Theme>, Region> {}
}
