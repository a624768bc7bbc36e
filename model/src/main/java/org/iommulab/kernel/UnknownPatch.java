package org.iommulab.kernel;

import java.util.Arrays;
import java.util.List;

/** A kernel was asked for with a patch that nobody knows. The message says so, and leaves what was meant to the caller. */
public final class UnknownPatch extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String written;

    UnknownPatch(String written) {
        super("unknown patch '" + written + "'");
        this.written = written;
    }

    /** What stands in the patch's place. */
    public String written() {
        return written;
    }

    /** What could stand there. */
    public List<String> known() {
        return Arrays.stream(Patch.values()).map(Patch::text).toList();
    }
}
