package org.iommulab.explore.breaks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Action;
import org.iommulab.scenario.Boots;
import org.iommulab.scenario.ScenarioFile;

/**
 * What stories of one board have in common: their kernels, and the runs that die in the same first act. Used by all
 * workers at a time.
 */
final class Shared {
    private final Map<Machine, LevelKernel> kernels = new ConcurrentHashMap<>();
    private final Map<Beginning, Deaths> deaths = new ConcurrentHashMap<>();

    /** A board with the kernel that a story wants on it. */
    private record Machine(String board, Level level, Map<String, Boolean> config, String commandLine) {}

    /** How a story begins. */
    private record Beginning(String board, Action first) {}

    /** @param boots of this board on this level, for whoever is the first to ask */
    LevelKernel kernel(ScenarioFile file, Level level, Supplier<Boots> boots) {
        KernelBuild build = file.on(level.build());
        return kernels.computeIfAbsent(
                new Machine(file.board().name(), level, build.config(), build.commandLine()),
                _ -> LevelKernel.of(level, build, boots.get().world()));
    }

    /** Of the stories that begin as this one does. */
    Deaths deaths(ScenarioFile file) {
        Action first = file.scenario().story().getFirst().action();
        return deaths.computeIfAbsent(new Beginning(file.board().name(), first), _ -> new Deaths());
    }
}
