package org.iommulab.app.timeline;

import java.util.Arrays;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Recording;

/** How many events each lane has in a stretch of steps, and where something went wrong. */
final class Density {
    private static final int SHIFT = 5;
    private static final int LANES = Lane.values().length;

    private final int[][] before;
    private final int[] alarms;
    private final int length;

    private Density(int[][] before, int[] alarms, int length) {
        this.before = before;
        this.alarms = alarms;
        this.length = length;
    }

    static Density of(Recording recording) {
        int length = recording.length();
        int[][] before = new int[LANES][(length >> SHIFT) + 2];
        int[] alarms = new int[16];
        int found = 0;
        for (int step = 1; step <= length; step++) {
            before[recording.lane(step).ordinal()][(step >> SHIFT) + 1]++;
            if (isAlarm(recording.kind(step))) {
                if (found == alarms.length) {
                    alarms = Arrays.copyOf(alarms, 2 * found);
                }
                alarms[found++] = step;
            }
        }
        for (int[] lane : before) {
            for (int i = 1; i < lane.length; i++) {
                lane[i] += lane[i - 1];
            }
        }
        return new Density(before, Arrays.copyOf(alarms, found), length);
    }

    /** What is drawn as a warning wherever it stands. */
    static boolean isAlarm(EventKind kind) {
        return switch (kind) {
            case WARN, OOPS, HANG, FAULT, USE_AFTER_FREE -> true;
            default -> false;
        };
    }

    /** Steps of warnings, faults and deaths, in order. */
    int[] alarms() {
        return alarms;
    }

    /** About how many events a lane has from step {@code from} up to, not including, {@code to}. */
    double count(Lane lane, double from, double to) {
        return Math.max(0, upTo(lane, to) - upTo(lane, from));
    }

    private double upTo(Lane lane, double step) {
        double clamped = Math.clamp(step, 0, length + 1.0);
        int[] counts = before[lane.ordinal()];
        int block = Math.min((int) clamped >> SHIFT, counts.length - 2);
        double begin = (double) ((long) block << SHIFT);
        double part = (clamped - begin) / (Math.min(begin + (1 << SHIFT), length + 1.0) - begin);
        return counts[block] + Math.clamp(part, 0, 1) * (counts[block + 1] - counts[block]);
    }
}
