package org.iommulab.app.window;

import java.util.function.BiFunction;
import javafx.beans.value.ObservableValue;
import javafx.scene.layout.Region;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.story.Words;

/** What the window is put together from; each is made once and then listens to the playback. */
record Views(Maker graph, Maker timeline, Maker walk, Maker log, Maker registers, Maker source, Words words) {
    /** Makes a view. */
    interface Maker extends BiFunction<Playback, ObservableValue<Theme>, Region> {}
}
