package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javafx.application.Platform;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.app.story.PatchPlayer;
import org.iommulab.board.BoardReader;
import org.iommulab.explore.patches.Noticed;
import org.iommulab.explore.patches.PatchSheet;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.sim.LimitReached;

/** Finds out beside the window's thread what the patch player shows. */
final class PatchRuns {
    private final RunSource source;

    PatchRuns(RunSource source) {
        this.source = source;
    }

    void fill(PatchPlayer player, Story story) {
        CompletableFuture.supplyAsync(() -> content(story))
                .whenComplete((found, problem) -> Platform.runLater(() -> {
                    if (problem == null) {
                        player.show(found);
                    } else {
                        player.say(String.valueOf(Optional.ofNullable(problem.getCause())
                                .orElse(problem)
                                .getMessage()));
                    }
                }));
    }

    /** @throws IllegalArgumentException as {@link RunSource#run} */
    private PatchPlayer.Content content(Story story) {
        List<PatchSheet> sheets =
                PatchSheet.all(ScenarioLibrary.usual().map(ScenarioLibrary::boards).orElse(List.of()).stream()
                        .map(BoardReader::read)
                        .toList());
        Map<KernelBuild, Run> played = new HashMap<>();
        var noticed = new ArrayList<Optional<Noticed>>();
        for (PatchSheet sheet : sheets) {
            noticed.add(notices(sheet, kernel -> played.computeIfAbsent(kernel, one -> source.run(story, one))));
        }
        return new PatchPlayer.Content(sheets, noticed);
    }

    private static Optional<Noticed> notices(PatchSheet sheet, java.util.function.Function<KernelBuild, Run> play) {
        try {
            return Noticed.by(sheet.patch(), play);
        } catch (LimitReached e) {
            return Optional.empty();
        }
    }
}
