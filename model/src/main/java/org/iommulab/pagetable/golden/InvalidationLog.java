package org.iommulab.pagetable.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Recomputable;

/** The log of invalidations of a run whose driver tells of them. */
@Recomputable
public final class InvalidationLog {
    private final List<Invalidation> lines = new ArrayList<>();
    private int operation = -1;

    void begin(int number) {
        operation = number;
    }

    /** One line for the current operation. */
    public void add(String callback, long... arguments) {
        lines.add(new Invalidation(
                operation, callback, Arrays.stream(arguments).boxed().toList()));
    }

    List<Invalidation> lines() {
        return List.copyOf(lines);
    }
}
