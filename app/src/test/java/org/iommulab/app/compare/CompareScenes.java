package org.iommulab.app.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;

/** Runs of the lab's own stories, to stand side by side. */
final class CompareScenes {
    private CompareScenes() {}

    static List<Side> sides(String story, String... kernels) {
        ScenarioFile file = ScenarioReader.open(Path.of("../scenarios/" + story + ".json"));
        var sides = new ArrayList<Side>();
        for (String kernel : kernels) {
            sides.add(Side.of("Linux " + kernel, Player.play(file, KernelSpec.parse(kernel))));
        }
        return sides;
    }
}
