package org.iommulab.app.timeline;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.Recording;

/** The timeline as an indented list: the calls around the playhead, and the chapter that it is in. */
final class TimelineText {
    private static final int AROUND = 40;

    private TimelineText() {}

    static List<String> of(CallBars bars, List<Chapter> chapters, int step) {
        var lines = new ArrayList<String>();
        lines.add("Step " + step + " of " + bars.length());
        for (Chapter chapter : chapters) {
            if (chapter.reached()) {
                boolean here = step >= chapter.firstStep() && step <= chapter.lastStep();
                lines.add((here ? "> " : "  ") + chapter.title() + ", steps " + chapter.firstStep() + " to "
                        + chapter.lastStep());
            }
        }
        Recording recording = bars.recording();
        int from = Math.max(1, step - AROUND);
        int to = Math.min(bars.length(), step + AROUND);
        for (int at = from; at <= to; at++) {
            if (bars.row(at) >= 0 && (bars.isCall(at) || LanePainter.isBlock(recording.kind(at)))) {
                String until = bars.isCall(at) ? " to " + bars.end(at) : "";
                lines.add((at == step ? "> " : "  ") + "  ".repeat(recording.depth(at))
                        + LaneLayout.title(recording.lane(at)) + " " + at + until + ": "
                        + BlockText.of(recording, recording.event(at)));
            }
        }
        return lines;
    }
}
