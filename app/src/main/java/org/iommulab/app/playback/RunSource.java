package org.iommulab.app.playback;

import java.util.List;
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
}
