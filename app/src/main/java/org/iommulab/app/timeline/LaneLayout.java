package org.iommulab.app.timeline;

import java.util.Locale;
import java.util.Optional;
import org.iommulab.sim.Lane;

/**
 * Where the lanes and their rows lie, from the top of the first lane. The heights depend on the whole recording, not on
 * what is seen of it, so nothing moves while the playhead does. The first row of the user's lane holds the chapters.
 */
final class LaneLayout {
    static final double PITCH_MOST = 20;
    static final double PITCH_LEAST = 12;
    static final double PADDING = 5;
    static final double STRIP = 4;
    private static final Lane[] LANES = Lane.values();

    /** A place under the pointer. */
    record Place(Lane lane, int row) {}

    private final double pitch;
    private final double[] top = new double[LANES.length + 1];

    LaneLayout(CallBars bars, double room) {
        int rows = 0;
        for (Lane lane : LANES) {
            rows += rows(bars, lane);
        }
        double padding = LANES.length * (2 * PADDING + STRIP);
        pitch = Math.clamp(Math.floor((room - padding) / rows), PITCH_LEAST, PITCH_MOST);
        for (Lane lane : LANES) {
            top[lane.ordinal() + 1] = top[lane.ordinal()] + rows(bars, lane) * pitch + 2 * PADDING + STRIP;
        }
    }

    private static int rows(CallBars bars, Lane lane) {
        return Math.max(1, bars.rows(lane) + firstRow(lane));
    }

    /** How many rows of a lane are not for events. */
    static int firstRow(Lane lane) {
        return lane == Lane.USER ? 1 : 0;
    }

    double height() {
        return top[LANES.length];
    }

    double pitch() {
        return pitch;
    }

    double barHeight() {
        return pitch - Math.min(3, Math.max(2, pitch / 6));
    }

    double top(Lane lane) {
        return top[lane.ordinal()];
    }

    double bottom(Lane lane) {
        return top[lane.ordinal() + 1];
    }

    /** The top of an event's bar. */
    double y(Lane lane, int row) {
        return top(lane) + PADDING + (row + firstRow(lane)) * pitch;
    }

    /** The top of a chapter's bar. */
    double chapterY() {
        return top(Lane.USER) + PADDING;
    }

    double stripY(Lane lane) {
        return bottom(lane) - PADDING + 1 - STRIP;
    }

    /** The lane and row at this height; the chapters are row -1 of the user's lane. */
    Optional<Place> at(double y) {
        for (Lane lane : LANES) {
            if (y >= top(lane) && y < bottom(lane)) {
                int row = (int) Math.floor((y - top(lane) - PADDING) / pitch) - firstRow(lane);
                return Optional.of(new Place(lane, row));
            }
        }
        return Optional.empty();
    }

    static String title(Lane lane) {
        return switch (lane) {
            case DMA -> "DMA";
            default -> lane.name().charAt(0) + lane.name().substring(1).toLowerCase(Locale.ROOT);
        };
    }
}
