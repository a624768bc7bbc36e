package org.iommulab.app.timeline;

import java.util.List;
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
 */
public record TimelineScene(
        CallBars bars, List<Chapter> chapters, int step, Viewport viewport, double scroll, int hover) {
    public TimelineScene {
        chapters = List.copyOf(chapters);
    }
}
