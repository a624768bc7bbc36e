package org.iommulab.app.playback;

/**
 * How far the reading of a long file is.
 *
 * @param whole its length in bytes, more than 0
 */
public record Loaded(long bytes, long whole) {
    /** 0 to 1. */
    public double part() {
        return Math.clamp((double) bytes / whole, 0, 1);
    }

    /** Whether a person would see the difference. */
    boolean differs(Loaded other) {
        return whole != other.whole || Math.abs(part() - other.part()) >= 0.005;
    }
}
