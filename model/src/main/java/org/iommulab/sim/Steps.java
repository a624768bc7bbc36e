package org.iommulab.sim;

/**
 * Where a move leads, from the call depths of a recording alone: nothing is moved here, any thread may ask. The cursor
 * and every view that offers these moves go by the same rules.
 */
public final class Steps {
    private Steps() {}

    /** The next step, into whatever it calls. */
    public static int into(Recording recording, int at) {
        return Math.min(at + 1, recording.length());
    }

    /** The step before, into whatever returned there. */
    public static int back(Recording recording, int at) {
        return Math.max(at - 1, 0);
    }

    /** The next step of this depth or less: over the call that begins here. */
    public static int over(Recording recording, int at) {
        int depth = depth(recording, at);
        int step = into(recording, at);
        while (step < recording.length() && recording.depth(step) > depth) {
            step++;
        }
        return step;
    }

    /** The step before of this depth or less: back over the call that ends here. */
    public static int backOver(Recording recording, int at) {
        int depth = depth(recording, at);
        int step = back(recording, at);
        while (step > 0 && recording.depth(step) > depth) {
            step--;
        }
        return step;
    }

    /** The next step outside the call that encloses this one; the end when there is none. */
    public static int out(Recording recording, int at) {
        int depth = depth(recording, at);
        int step = at;
        while (step < recording.length()) {
            step++;
            if (recording.depth(step) < depth) {
                break;
            }
        }
        return step;
    }

    /** The call that encloses this step; 0 when there is none. */
    public static int backOut(Recording recording, int at) {
        int depth = depth(recording, at);
        int step = at;
        while (step > 0) {
            step--;
            if (step == 0 || recording.depth(step) < depth) {
                break;
            }
        }
        return step;
    }

    private static int depth(Recording recording, int at) {
        return at == 0 ? 0 : recording.depth(at);
    }
}
