package org.iommulab.explore;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;

/**
 * Finds the first bad patch: runs every level from a good kernel to a bad one, one patch at a time. A level is bad when
 * its outcome, or the set of rules that it breaks, differs from the good end's. What a scenario expects plays no part.
 */
public final class Bisect {
    private Bisect() {}

    /**
     * One kernel on the way.
     *
     * @param patch the patch that it has more than the row before; empty for the good end
     * @param bad whether it differs from the good end
     */
    public record Row(KernelBuild kernel, Optional<Patch> patch, Outcome outcome, Set<String> rules, boolean bad) {}

    /** The rows in order. */
    public record Report(List<Row> rows) {
        public Report {
            rows = List.copyOf(rows);
        }

        /** The patch of the first bad row. */
        public Optional<Patch> firstBad() {
            return rows.stream().filter(Row::bad).findFirst().flatMap(Row::patch);
        }
    }

    /** There is no way from the good end to the bad one, patch by patch. */
    public static final class NoWay extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoWay(String message) {
            super(message);
        }
    }

    /** @throws NoWay when the bad end is not the good end with more patches */
    public static Report run(KernelBuild good, KernelBuild bad, Function<KernelBuild, Run> play) {
        if (good.version() != bad.version() || !bad.patches().containsAll(good.patches())) {
            throw new NoWay("cannot go from " + good.spec() + " to " + bad.spec()
                    + " one patch at a time, expected the same version with more patches");
        }
        Set<Patch> missing = new TreeSet<>(bad.patches());
        missing.removeAll(good.patches());
        var rows = new ArrayList<Row>();
        rows.add(row(good, Optional.empty(), play.apply(good), Optional.empty()));
        Set<Patch> patches = EnumSet.noneOf(Patch.class);
        patches.addAll(good.patches());
        for (Patch patch : missing) {
            patches.add(patch);
            KernelBuild kernel = good.with(patches);
            rows.add(row(kernel, Optional.of(patch), play.apply(kernel), Optional.of(rows.getFirst())));
        }
        return new Report(rows);
    }

    private static Row row(KernelBuild kernel, Optional<Patch> patch, Run run, Optional<Row> good) {
        Outcome outcome = run.outcome();
        Set<String> rules = new TreeSet<>(run.brokenRules());
        boolean differs = good.isPresent()
                && (!outcome.word().equals(good.get().outcome().word())
                        || !rules.equals(good.get().rules()));
        return new Row(kernel, patch, outcome, rules, differs);
    }
}
