package org.iommulab.explore.breaks;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Questions;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;

/**
 * A level, as a story's board has it.
 *
 * @param build with what the story says of configuration and command line
 * @param answers what the build says when somebody asks about versions and behaviours
 * @param config every option
 * @param tables by driver, the function behind each callback
 */
record LevelKernel(
        Level level,
        KernelBuild build,
        Questions.Answers answers,
        Map<String, Boolean> config,
        Map<String, Map<Callback, Term>> tables) {

    static LevelKernel of(ScenarioFile file, Level level) {
        KernelBuild build = file.on(level.build());
        return of(level, build, WorldBuilder.build(file.board(), build, Machine.unrecorded()));
    }

    /** @param world the board with this kernel, before anything has happened */
    static LevelKernel of(Level level, KernelBuild build, World world) {
        var tables = new HashMap<String, Map<Callback, Term>>();
        for (Backend.Installed installed : world.backends()) {
            OpsTable table = installed.sourceTable();
            var functions = new EnumMap<Callback, Term>(Callback.class);
            table.entries().forEach((callback, entry) -> functions.put(callback, entry.function()));
            tables.put(table.driver(), functions);
        }
        return new LevelKernel(
                level, build, Questions.Answers.of(build), world.kernel().config(), tables);
    }

    List<String> drivers() {
        return tables.keySet().stream().sorted().toList();
    }

    Optional<Term> function(String driver, Callback callback) {
        return Optional.ofNullable(tables.getOrDefault(driver, Map.of()).get(callback));
    }
}
