package org.iommulab.app.cli;

import java.util.List;
import org.iommulab.app.compare.SideRuns;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.ScenarioFile;

/** Plays what a command compares: a run and what it is held against, or the lanes of a story. */
final class Sides {
    private Sides() {}

    /** @throws BadUsage when there is nothing to compare with */
    static List<Side> play(ScenarioFile file, KernelOptions kernel, AgainstOptions against, Player player) {
        if (against.given()) {
            KernelBuild first = kernel.build(file);
            ScenarioFile other = against.file(file);
            KernelBuild second = against.build(other, first);
            return SideRuns.play(List.of(file, other), List.of(first, second), player::play);
        }
        List<ScenarioFile> lanes = file.lanes();
        if (lanes.size() < 2) {
            throw new BadUsage("what to compare with? expected --against SPEC, --against-cmdline, --against-config,"
                    + " --against-remove, --against-fail or --with SCENARIO; this story has no lanes");
        }
        return SideRuns.play(lanes, lanes.stream().map(kernel::build).toList(), player::play);
    }
}
