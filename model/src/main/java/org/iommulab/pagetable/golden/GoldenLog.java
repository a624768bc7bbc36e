package org.iommulab.pagetable.golden;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.golden.GoldenRun.Invalidation;
import org.iommulab.sim.Recomputable;

/** The driver of a golden case of io-pgtable: it writes down what it is asked to invalidate, and counts the WARNs. */
public final class GoldenLog implements TableFlush, PageGather {
    private final boolean queued;
    private final List<Invalidation> lines = new ArrayList<>();

    @Recomputable
    private int operation = -1;

    @Recomputable
    private int warnings;

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

    @Override
    public void flushAll() {
        lines.add(new Invalidation(operation, "tlb_flush_all", List.of()));
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        lines.add(new Invalidation(operation, "tlb_flush_walk", List.of(iova, bytes, granule)));
    }

    @Override
    public boolean isQueued() {
        return queued;
    }

    @Override
    public void add(long iova, long pageBytes, int count) {
        for (int i = 0; i < count; i++) {
            lines.add(new Invalidation(operation, "tlb_add_page", List.of(iova + i * pageBytes, pageBytes)));
        }
    }
}
