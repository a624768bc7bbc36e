package org.iommulab.app.window;

import java.util.List;
import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.layout.StackPane;
import org.iommulab.app.playback.Places;
import org.iommulab.app.playback.Trail;
import org.iommulab.app.story.Words;
import org.iommulab.scenario.Chapter;

/** Empty views, for tests of the window around them. */
final class Fixture {
    static final Trail TRAIL =
            new Trail("a made-up harm", List.of(new Trail.Link(5, "it begins"), new Trail.Link(48, "it ends in harm")));

    private Fixture() {}

    static Views views() {
        Words words =
                (run, step) -> Places.chapterAt(run, step).map(Chapter::words).orElse("Nothing has happened yet.");
        return new Views(
                empty("graph"),
                empty("timeline"),
                empty("walk"),
                empty("log"),
                empty("registers"),
                empty("source"),
                words,
                new OneCell(),
                (_, _) -> Optional.of(TRAIL));
    }

    private static Views.Maker empty(String name) {
        return (_, _) -> new StackPane(new Label(name));
    }
}
