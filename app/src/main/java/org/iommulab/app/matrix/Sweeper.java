package org.iommulab.app.matrix;

import java.util.List;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.SweepListener;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Level;

/** Makes sweeps of one kernel. Called on a thread on which it may take its time. */
public interface Sweeper {
    /** The rows that a sweep will have. */
    List<Subject> subjects();

    /**
     * @param failing whether calls are made to fail as well, one after the other
     * @param awaited whether somebody waits for it; else it leaves a core to the window
     */
    Job job(Level level, boolean failing, boolean awaited);

    /** One sweep. */
    interface Job {
        /** Returns when all is done, or soon after {@link #cancel}. */
        SweepTally run(SweepListener listener);

        void cancel();
    }
}
