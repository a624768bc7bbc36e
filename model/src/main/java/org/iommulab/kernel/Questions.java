package org.iommulab.kernel;

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
    public boolean haveSameAnswers(Answers one, Answers other) {
        return ((one.behaviours ^ other.behaviours) & behaviours) == 0
                && ((one.versions ^ other.versions) & versions) == 0;
    }

    /**
     * What a kernel says to every question there is: a bit for each.
     *
     * @param behaviours those that it has
     * @param versions those that it starts from, or is
     */
    public record Answers(long behaviours, long versions) {
        public static Answers of(KernelBuild build) {
            long behaviours = 0;
            for (Behaviour behaviour : build.behaviours()) {
                behaviours |= 1L << behaviour.ordinal();
            }
            long versions = 0;
            for (Version version : Version.values()) {
                versions |= build.version().compareTo(version) >= 0 ? 1L << version.ordinal() : 0;
            }
            return new Answers(behaviours, versions);
        }
    }
}
