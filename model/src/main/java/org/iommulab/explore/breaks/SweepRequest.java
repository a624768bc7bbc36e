package org.iommulab.explore.breaks;

import java.util.List;
import java.util.Set;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;

/**
 * What to sweep.
 *
 * @param drivers which drivers; empty for all
 * @param callbacks which callbacks; empty for all
 * @param levels which kernels, in the order of the result
 * @param stories the stories, each once for every driver that its board has units of
 * @param failNth besides removing, let the 1st, 2nd ... n-th call fail until a run in which none is left to fail
 * @param sharing whether a run is spared that is known to be the same as another; without it every cell is a run: the
 *     result is the same, and later
 * @param workers how many threads
 */
public record SweepRequest(
        Set<String> drivers,
        Set<Callback> callbacks,
        List<Level> levels,
        List<ScenarioFile> stories,
        boolean failNth,
        boolean sharing,
        int workers) {
    public SweepRequest {
        drivers = Set.copyOf(drivers);
        callbacks = Set.copyOf(callbacks);
        levels = List.copyOf(levels);
        stories = List.copyOf(stories);
        if (workers < 1) {
            throw new IllegalArgumentException(workers + " workers");
        }
    }

    /** Everything, on all cores, removals only. */
    public static SweepRequest everything(List<ScenarioFile> stories) {
        return new SweepRequest(
                Set.of(),
                Set.of(),
                Level.KNOWN,
                stories,
                false,
                true,
                Runtime.getRuntime().availableProcessors());
    }

    boolean wants(String driver) {
        return drivers.isEmpty() || drivers.contains(driver);
    }

    boolean wants(Callback callback) {
        return callbacks.isEmpty() || callbacks.contains(callback);
    }
}
