package org.iommulab.user.held;

import org.iommulab.sim.SimObject;

/** Something of a program's that fills one domain all its life. */
public interface Fills {
    SimObject filled();
}
