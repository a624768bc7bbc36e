package org.iommulab.app.cli;

import java.util.List;
import java.util.Optional;
import org.iommulab.json.Names;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.StoryLane;

/** The lanes of a story that are meant. */
final class Lanes {
    private Lanes() {}

    /** All of them, or the one with this name; of a story without lanes the story. */
    static List<ScenarioFile> chosen(ScenarioFile file, Optional<String> name) {
        if (name.isEmpty()) {
            return file.lanes();
        }
        List<String> known =
                file.scenario().lanes().stream().map(StoryLane::name).toList();
        if (known.isEmpty()) {
            throw new BadUsage(
                    "--lane " + name.get() + ": the story '" + file.scenario().id() + "' has no lanes");
        }
        return List.of(file.lanes().stream()
                .filter(one -> one.scenario()
                        .lane()
                        .filter(lane -> lane.name().equals(name.get()))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new BadUsage(
                        "--lane " + name.get() + ": there is no such lane" + Names.hint(name.get(), known))));
    }
}
