package org.iommulab.app.playback;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.words.KernelNames;
import org.iommulab.explore.compare.Side;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Run;

/** Where runs come from. Called off the window's thread, by several threads at once; each run is a machine of its own. */
public interface RunSource {
    /** The stories that come with the lab, in the order of the chooser. */
    List<Story> stories();

    /**
     * Plays a story to its end on a kernel.
     *
     * @throws IllegalArgumentException when the story cannot be read; the message is for the user
     */
    Run run(Story story, KernelBuild kernel);

    /**
     * As {@link #run(Story, KernelBuild)}, for somebody who waits: what has to be read first tells how far it is.
     *
     * @throws IllegalArgumentException as {@link #run(Story, KernelBuild)}
     */
    default Run run(Story story, KernelBuild kernel, Loading loading) {
        return run(story, kernel);
    }

    /**
     * Plays a story on each of these kernels, to stand side by side.
     *
     * @throws IllegalArgumentException as {@link #run}
     */
    default List<Side> sides(Story story, List<KernelBuild> kernels) {
        List<String> titles = KernelNames.titles(kernels);
        var sides = new ArrayList<Side>();
        for (int i = 0; i < kernels.size(); i++) {
            sides.add(Side.of(titles.get(i), run(story, kernels.get(i))));
        }
        return sides;
    }

    /**
     * Plays a story in each of its lanes; none when it has none.
     *
     * @throws IllegalArgumentException as {@link #run}
     */
    default List<Side> lanes(Story story, KernelBuild kernel) {
        return List.of();
    }
}
