package org.iommulab.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.iommulab.board.World;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** Something that must hold whenever the kernel is not in the middle of changing it. */
public interface Rule {
    /** Every rule, in the order in which they are shown. */
    List<Rule> ALL = List.of(
            new HardwareFollowsGroup(),
            new ReleasedDeviceDma(),
            new NoTableFreedInUse(),
            new NoStaleTlb(),
            new ReferencesBalance(),
            new NothingFreedIsUsed(),
            new DmaInsideMappings(),
            new MembersAgree(),
            new OwnersBalance(),
            new UserIsContained(),
            new DefaultAfterRelease(),
            new SuppliersFollow(),
            new NoWayForTheGone(),
            new NoOpenFlushWindow());

    /** Stable name, for scenarios and the command line. */
    String key();

    /** One line. */
    String title();

    /** Whom it protects, and from what. */
    String protects();

    /** What the kernel itself promises: the function, comment or document that says so. */
    String guarantee();

    /** When it may be judged. */
    Quiet quiet();

    /**
     * Whether a breach is only suspicious: real kernels leave that gap open on purpose, or for a while. It is shown and
     * does not break a run.
     */
    default boolean isSuspicion() {
        return false;
    }

    /** Whether it asks a domain for what its tables translate: any change of memory may then be one of theirs. */
    default boolean looksIntoTables() {
        return false;
    }

    /** Kinds of events at each of which it is judged by what happened, besides or instead of by the state. */
    default Set<EventKind> watched() {
        return Set.of();
    }

    /** Whether an event of a watched kind is worth a look at the machine. */
    default boolean isAbout(Recording recording, int step) {
        return true;
    }

    /** The same for an event of a watched kind, which has just happened; it stays broken from then on. */
    default Optional<String> violation(World world, Recording recording, int step) {
        return Optional.empty();
    }

    /** What a breach of it means for whoever is around. */
    default Harm harm() {
        return Harm.NOBODY_YET;
    }

    /** Who breaks it and how, in one sentence; empty while it holds. */
    Optional<String> violation(World world);

    /** What comes of a breach. */
    enum Harm {
        /** Belief and hardware part, or something is left behind; nobody has come to harm. */
        NOBODY_YET,
        /** A device reaches, or may reach, memory that is not its own. */
        WRONG_MEMORY,
        /** Memory is used after it was freed. */
        FREED_MEMORY
    }

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
