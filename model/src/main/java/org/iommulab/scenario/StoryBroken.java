package org.iommulab.scenario;

/** A story that makes no sense on this machine at this point: bad input that only shows when it is played. */
public final class StoryBroken extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoryBroken(String what) {
        super(what, null, false, false); // it is told as a result, never as a trace
    }
}
