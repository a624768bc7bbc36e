package org.iommulab.app.walk;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/**
 * How far the last access has come at a step, from its events.
 *
 * @param begin the step of the access itself; 0 when it is too far back
 * @param reads entries read
 * @param over whether it has its answer
 * @param fresh whether the step itself is a read or the answer
 */
record Progress(int begin, int reads, boolean over, boolean fresh) {
    /** An access has fewer events than this; further back nobody looks. */
    private static final int FAR = 4096;

    static Progress at(Recording recording, int step, int levels, int unit) {
        int begin = 0;
        for (int at = step; at > Math.max(0, step - FAR) && begin == 0; at--) {
            if (recording.kind(at) == EventKind.DMA) {
                begin = at;
            }
        }
        if (begin == 0) {
            return new Progress(0, levels, true, false);
        }
        int reads = 0;
        boolean over = false;
        for (int at = begin + 1; at <= step; at++) {
            EventKind kind = recording.kind(at);
            if (kind == EventKind.WALK_READ && recording.objectId(at) == unit) {
                reads++;
            }
            over |= ends(kind) || recording.depth(at) < recording.depth(begin);
        }
        EventKind here = recording.kind(step);
        boolean fresh = here == EventKind.WALK_READ || ends(here);
        return new Progress(begin, Math.min(reads, levels), over, fresh);
    }

    private static boolean ends(EventKind kind) {
        return kind == EventKind.TRANSLATED || kind == EventKind.FAULT || kind == EventKind.DATA;
    }
}
