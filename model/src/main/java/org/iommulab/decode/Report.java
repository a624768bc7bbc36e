package org.iommulab.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A line and those that may follow it.
 *
 * @param first the line that begins it
 * @param more what may follow, in any order
 * @param explain what it all means
 */
public record Report(LineForm first, List<Follower> more, Function<Found, Explanation> explain) {
    public Report {
        more = List.copyOf(more);
    }

    /** A report of one line. */
    public static Report line(LineForm form, Function<Found, Explanation> explain) {
        return new Report(form, List.of(), explain);
    }

    /**
     * @param most how often it may be there
     * @param instead whether it stands in for the one before it in the list: they count together
     */
    public record Follower(LineForm form, int most, boolean instead) {}

    /** This report, where another line may follow once. */
    public Report then(LineForm form) {
        return then(form, 1);
    }

    /** This report, where another line may stand instead of the one that was named last. */
    public Report or(LineForm form) {
        var all = new ArrayList<>(more);
        all.add(new Follower(form, all.getLast().most(), true));
        return new Report(first, all, explain);
    }

    /** This report, where another line may follow so many times. */
    public Report then(LineForm form, int most) {
        var all = new ArrayList<>(more);
        all.add(new Follower(form, most, false));
        return new Report(first, all, explain);
    }
}
