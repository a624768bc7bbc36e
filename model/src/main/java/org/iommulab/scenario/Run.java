package org.iommulab.scenario;

import java.util.List;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.sim.Recording;

/**
 * A scenario that was played to its end on one kernel. Events may be read from {@link #recording()} by any thread;
 * {@link #momentAt} moves the machine and belongs to one thread at a time.
 */
public interface Run {
    /** The scenario's title. */
    String title();

    KernelBuild kernel();

    /** The board in one line: {@code arm32 · CONFIG_ARM_DMA_USE_IOMMU=y · no default domains}. */
    String boardLine();

    Recording recording();

    Outcome outcome();

    /** The story's actions in order, with the steps that they took. */
    List<Chapter> chapters();

    /** The rules that broke at any step, by key. */
    List<String> brokenRules();

    List<Judgement> judgements();

    /** The driver's callbacks as this kernel has them, for the switches of the window. */
    List<CallbackEntry> callbacks();

    /** The machine as it was at this step. */
    Moment momentAt(int step);

    /** How long the run itself took, in nanoseconds. */
    long nanos();

    /**
     * A callback in a driver's table.
     *
     * @param driver {@code exynos}
     * @param table {@code exynos_iommu_ops}
     * @param callback the kernel's member name
     * @param function the driver's function, empty when there is none
     * @param present whether the table has it now
     * @param remark why it is not there: {@code removed by p1}, {@code never added}, {@code removed by you}; or empty
     */
    record CallbackEntry(
            String driver, String table, String callback, String function, boolean present, String remark) {}
}
