package org.iommulab.app.timeline;

import java.util.Optional;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;

/** Finds what is drawn under the pointer. */
final class Hit {
    private final TimelineScene scene;
    private final CallBars bars;
    private final double room;

    Hit(TimelineScene scene, double room) {
        this.scene = scene;
        this.bars = scene.bars();
        this.room = room;
    }

    Optional<Integer> at(double x, LaneLayout.Place place) {
        int step = scene.viewport().step(x, room, bars.length());
        if (place.lane() == Lane.USER && place.row() < 0) {
            return scene.chapters().stream()
                    .filter(c -> c.reached() && step >= c.firstStep() && step <= c.lastStep())
                    .map(c -> c.firstStep())
                    .findFirst();
        }
        int reach = (int) Math.min(200, Math.ceil(3 / scene.viewport().stepWidth(room)));
        for (int away = 0; away < reach; away++) {
            for (int candidate : new int[] {step + away, step - away}) {
                if (isBlock(candidate, place)) {
                    return Optional.of(candidate);
                }
            }
        }
        return callAround(step, place);
    }

    private boolean isBlock(int step, LaneLayout.Place place) {
        Recording recording = bars.recording();
        return step >= 1
                && step <= bars.length()
                && LanePainter.isBlock(recording.kind(step))
                && recording.lane(step) == place.lane()
                && bars.row(step) == place.row();
    }

    private Optional<Integer> callAround(int step, LaneLayout.Place place) {
        int call = step == 0 ? 0 : bars.current(step);
        while (call != 0) {
            if (bars.recording().lane(call) == place.lane() && bars.row(call) == place.row()) {
                return Optional.of(call);
            }
            call = bars.enclosing(call);
        }
        return Optional.empty();
    }
}
