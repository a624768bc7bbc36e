package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;

/**
 * Finds the first bad change between two kernels: runs every kernel on the way from the good one to the bad one, one
 * change at a time, and asks a judge of each. What a scenario expects of the kernels between plays no part.
 */
public final class Bisect {
    private Bisect() {}

    /**
     * One kernel on the way.
     *
     * @param change what it has more than the row before, {@code p1}; empty for the good end
     * @param bad what the judge says
     */
    public record Row(KernelBuild kernel, String change, Outcome outcome, Set<String> rules, boolean bad) {}

    /** The rows in order. */
    public record Report(List<Row> rows) {
        public Report {
            rows = List.copyOf(rows);
        }

        /** The change of the first bad row; empty when no row is bad, or the good end itself. */
        public Optional<String> firstBad() {
            return rows.stream().filter(Row::bad).findFirst().map(Row::change).filter(change -> !change.isEmpty());
        }

        /** Whether the good end is bad already. */
        public boolean badFromTheStart() {
            return rows.getFirst().bad();
        }
    }

    /** With the usual judge. */
    public static Report run(KernelBuild good, KernelBuild bad, Function<KernelBuild, Run> play) {
        return run(good, bad, play, new Judge.Difference());
    }

    /** @throws IllegalArgumentException when the judge cannot judge this scenario; the message is for the user */
    public static Report run(KernelBuild good, KernelBuild bad, Function<KernelBuild, Run> play, Judge judge) {
        var rows = new ArrayList<Row>();
        Optional<Run> first = Optional.empty();
        for (KernelPath.Stop stop : KernelPath.between(good, bad)) {
            Run run = play.apply(stop.kernel());
            Run base = first.orElse(run);
            first = Optional.of(base);
            rows.add(new Row(
                    stop.kernel(),
                    stop.change(),
                    run.outcome(),
                    new TreeSet<>(run.brokenRules()),
                    judge.bad(base, run)));
        }
        return new Report(rows);
    }
}
