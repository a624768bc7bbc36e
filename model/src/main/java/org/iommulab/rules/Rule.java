package org.iommulab.rules;

import java.util.List;
import java.util.Optional;
import org.iommulab.board.World;

/** Something that must hold whenever the kernel is not in the middle of changing it. */
public interface Rule {
    /** Every rule, in the order in which they are shown. */
    List<Rule> ALL = List.of(
            new HardwareFollowsGroup(),
            new ReleasedDeviceDma(),
            new NoTableFreedInUse(),
            new NoStaleTlb(),
            new ReferencesBalance(),
            new NothingFreedIsUsed());

    /** Stable name, for scenarios and the command line. */
    String key();

    /** One line. */
    String title();

    /** When it may be judged. */
    Quiet quiet();

    /** Who breaks it and how, in one sentence; empty while it holds. */
    Optional<String> violation(World world);

    /** How much must be finished before a rule may be judged. */
    enum Quiet {
        /** At every step. */
        ALWAYS,
        /** No attach, detach, map, unmap, resume or suspend is under way. */
        NOTHING_HALF_DONE,
        /** Between two actions of the story. */
        BETWEEN_ACTIONS
    }
}
