package org.iommulab.app.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.iommulab.app.words.KernelNames;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.StoryLane;

/** Plays what is to stand side by side, and finds a title for each. */
public final class SideRuns {
    private SideRuns() {}

    /** A story in each of its lanes; empty when it has none. */
    public static List<Side> lanes(
            ScenarioFile file, KernelBuild kernel, BiFunction<ScenarioFile, KernelBuild, Run> player) {
        List<ScenarioFile> lanes = file.lanes();
        return lanes.size() < 2
                ? List.of()
                : play(lanes, lanes.stream().map(lane -> lane.on(kernel)).toList(), player);
    }

    /** Each story on the kernel at its place. */
    public static List<Side> play(
            List<ScenarioFile> files, List<KernelBuild> kernels, BiFunction<ScenarioFile, KernelBuild, Run> player) {
        List<String> titles = titles(files, kernels);
        var sides = new ArrayList<Side>();
        for (int i = 0; i < files.size(); i++) {
            Run run = player.apply(files.get(i), kernels.get(i));
            sides.add(new Side(titles.get(i), run, files.get(i).logForm(kernels.get(i))));
        }
        return sides;
    }

    private static List<String> titles(List<ScenarioFile> files, List<KernelBuild> kernels) {
        List<String> names = KernelNames.titles(kernels);
        boolean oneStory =
                files.stream().map(one -> one.scenario().id()).distinct().count() == 1;
        boolean oneKernel = names.stream().distinct().count() == 1;
        var titles = new ArrayList<String>();
        for (int i = 0; i < files.size(); i++) {
            ScenarioFile file = files.get(i);
            String name = names.get(i);
            titles.add(file.scenario()
                    .lane()
                    .map(StoryLane::title)
                    .orElse(oneStory ? name : file.scenario().id() + (oneKernel ? "" : ", " + name)));
        }
        return titles;
    }
}
