package org.iommulab.app.timeline;

import java.util.List;
import java.util.Optional;
import org.iommulab.app.playback.Trail;
import org.iommulab.scenario.Chapter;

/**
 * What the timeline shows in one picture.
 *
 * @param bars the calls of the recording
 * @param chapters of the story
 * @param step where the playhead stands
 * @param viewport which steps are seen
 * @param scroll how many pixels of the lanes are hidden above
 * @param hover the step of the bar under the pointer, 0 for none
 * @param trail the way from a cause to a harm that is marked
 */
public record TimelineScene(
        CallBars bars,
        List<Chapter> chapters,
        int step,
        Viewport viewport,
        double scroll,
        int hover,
        Optional<Trail> trail) {
    public TimelineScene {
        chapters = List.copyOf(chapters);
        // A way through another recording cannot be shown in this one.
        trail = trail.filter(way -> way.first() >= 0 && way.last() <= bars.length());
    }

    /** Without a way that is marked. */
    public TimelineScene(CallBars bars, List<Chapter> chapters, int step, Viewport viewport, double scroll, int hover) {
        this(bars, chapters, step, viewport, scroll, hover, Optional.empty());
    }
}
