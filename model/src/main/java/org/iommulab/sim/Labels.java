package org.iommulab.sim;

/** What to call the objects of a machine. */
@FunctionalInterface
public interface Labels {
    /** What to call an operand: the object's label, or NULL for 0. */
    String labelOf(long id);
}
