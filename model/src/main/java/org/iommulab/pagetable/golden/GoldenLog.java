package org.iommulab.pagetable.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Recomputable;

/** The driver of a golden case: it writes down what it is asked to invalidate, and counts the WARNs. */
public final class GoldenLog implements TableFlush, PageGather {
    private final boolean queued;
    private final List<Invalidation> lines = new ArrayList<>();

    @Recomputable
    private int operation = -1;

    @Recomputable
    private int warnings;

    /** Of a driver without a flush queue. */
    public GoldenLog() {
        this(false);
    }

    /** @param queued see {@link PageGather#isQueued} */
    public GoldenLog(boolean queued) {
        this.queued = queued;
    }

    /** The operation with this number begins. */
    public void begin(int number) {
        operation = number;
        warnings = 0;
    }

    /** A WARN_ON fired. */
    public void warn() {
        warnings++;
    }

    /** How often one fired in the current operation. */
    public int warnings() {
        return warnings;
    }

    public List<Invalidation> lines() {
        return List.copyOf(lines);
    }

    /** One line for the current operation. */
    public void add(String callback, long... arguments) {
        lines.add(new Invalidation(
                operation, callback, Arrays.stream(arguments).boxed().toList()));
    }

    @Override
    public void flushAll() {
        add("tlb_flush_all");
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        add("tlb_flush_walk", iova, bytes, granule);
    }

    @Override
    public boolean isQueued() {
        return queued;
    }

    @Override
    public void add(long iova, long pageBytes, int count) {
        for (int i = 0; i < count; i++) {
            add("tlb_add_page", iova + i * pageBytes, pageBytes);
        }
    }
}
