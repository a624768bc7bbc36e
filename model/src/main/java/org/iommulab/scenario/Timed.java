package org.iommulab.scenario;

/** A run that has a time of its own: that of the machine on which it happened. */
public interface Timed {
    /** When a step happened, in seconds on that machine's clock; 0 at step 0. */
    double secondsAt(int step);
}
