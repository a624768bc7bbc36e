package org.iommulab.explore.breaks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final Map<Beginning, List<Death>> deaths = new ConcurrentHashMap<>();

    /** A board with the kernel that a story wants on it. */
    private record Machine(String board, Level level, Map<String, Boolean> config, String commandLine) {}

    /** How a story begins, and what is done to it. */
    private record Beginning(String board, Action first, Tampering tampering) {}

    /** What the run that died had asked, and what the unbroken one that it was held against. */
    private record Death(Asked asked, Asked usual, Cell cell) {}

    /** @param boots of this board on this level, for whoever is the first to ask */
    LevelKernel kernel(ScenarioFile file, Level level, Supplier<Boots> boots) {
        KernelBuild build = file.on(level.build());
        return kernels.computeIfAbsent(
                new Machine(file.board().name(), level, build.config(), build.commandLine()),
                _ -> LevelKernel.of(level, build, boots.get().world()));
    }

    void remember(Take broken, Unbroken usual, Tampering tampering, Cell cell) {
        if (broken.diedAtOnce()) {
            deaths.computeIfAbsent(beginning(broken.file(), tampering), _ -> new CopyOnWriteArrayList<>())
                    .add(new Death(broken.asked(), usual.asked(), cell));
        }
    }

    /**
     * The cell of another story that begins like this one and does not survive it: the broken run is the same on both
     * kernels, and so is the unbroken one, which has the callback.
     */
    Optional<Cell> death(ScenarioFile file, LevelKernel on, Tampering tampering) {
        return deaths.getOrDefault(beginning(file, tampering), List.of()).stream()
                .filter(death -> death.asked().isSameOn(on, Optional.of(tampering)))
                .filter(death -> death.usual().isSameOn(on, Optional.empty()))
                .findFirst()
                .map(death -> death.cell().of(file, on.level()));
    }

    private static Beginning beginning(ScenarioFile file, Tampering tampering) {
        return new Beginning(
                file.board().name(), file.scenario().story().getFirst().action(), tampering);
    }
}
