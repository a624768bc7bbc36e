package org.iommulab.kernel;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which differences between kernels a run has asked about so far. Two kernels that answer all of them alike run alike:
 * what is never asked changes nothing. A statistic of the run, no state of the machine.
 */
public final class Questions {
    private long behaviours;
    private long versions;
    private int aside;

    void about(Behaviour behaviour) {
        if (aside == 0) {
            behaviours |= 1L << behaviour.ordinal();
        }
    }

    void about(Version version) {
        if (aside == 0) {
            versions |= 1L << version.ordinal();
        }
    }

    /** What is asked in here is not counted: whoever looks at the outcome later counts for it. */
    public <T> T aside(Supplier<T> body) {
        aside++;
        try {
            return body.get();
        } finally {
            aside--;
        }
    }

    /** Forgets what was asked since this copy was made. */
    public void backTo(Questions before) {
        behaviours = before.behaviours;
        versions = before.versions;
    }

    /** The questions so far, unchanged by what is asked later. */
    public Questions copy() {
        var copy = new Questions();
        copy.behaviours = behaviours;
        copy.versions = versions;
        return copy;
    }

    /** Whether both kernels give the same answer to each of the questions. */
    public boolean haveSameAnswers(KernelBuild one, KernelBuild other) {
        Set<Behaviour> ofOne = one.behaviours();
        Set<Behaviour> ofOther = other.behaviours();
        return Arrays.stream(Behaviour.values())
                        .filter(behaviour -> (behaviours >>> behaviour.ordinal() & 1) != 0)
                        .allMatch(behaviour -> ofOne.contains(behaviour) == ofOther.contains(behaviour))
                && Arrays.stream(Version.values())
                        .filter(version -> (versions >>> version.ordinal() & 1) != 0)
                        .allMatch(version -> one.version().compareTo(version) >= 0
                                == other.version().compareTo(version) >= 0);
    }
}
