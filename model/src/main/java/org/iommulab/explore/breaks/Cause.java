package org.iommulab.explore.breaks;

import org.iommulab.explore.why.Chain;
import org.iommulab.explore.why.Frames;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** What was done, at the step where it is first felt. */
final class Cause {
    private Cause() {}

    static Chain.Link of(Tampering tampering, Recording broken, int same) {
        int parting = Math.min(same + 1, broken.length());
        if (!tampering.isRemoval()) {
            return new Chain.Link(
                    parting,
                    "call " + tampering.nth() + " of " + tampering.callback().kernelName() + " returns "
                            + tampering.error().map(error -> "-" + error).orElse("0"));
        }
        return new Chain.Link(parting, tampering.callback().isNotThere() + caller(broken, parting));
    }

    /** Who calls it without a test, where that kills the kernel. */
    private static String caller(Recording broken, int parting) {
        int call = broken.kind(parting) == EventKind.OOPS ? new Frames(broken).begin(parting) : 0;
        return call == 0 ? "" : ", and " + broken.term(call).name() + " calls it without a test";
    }
}
