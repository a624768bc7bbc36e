package org.iommulab.app.cli;

import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;

/** Plays scenarios. */
@FunctionalInterface
public interface Player {
    /** Plays a scenario to its end. */
    Run play(ScenarioFile scenario, KernelBuild kernel);
}
