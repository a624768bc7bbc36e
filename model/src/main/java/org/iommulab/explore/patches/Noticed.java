package org.iommulab.explore.patches;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Likeness;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Recording;
import org.iommulab.words.EventText;

/**
 * Where a story first notices a patch.
 *
 * @param step the first step of the run without the patch that is not the same with it
 * @param before what happens there without it; empty when the run is over
 * @param after what happens there with it
 */
public record Noticed(int step, String before, String after) {
    /** Empty when the story is the same with and without the patch, which stands on top of those before it. */
    public static Optional<Noticed> by(Patch patch, Function<KernelBuild, Run> play) {
        return between(play.apply(PatchSheet.before(patch)), play.apply(PatchSheet.after(patch)));
    }

    static Optional<Noticed> between(Run without, Run with) {
        List<Recording> both = List.of(without.recording(), with.recording());
        Alignment alignment = Alignment.of(both, Likeness.EXACT);
        OptionalInt row = alignment.firstDifference();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        int at = row.getAsInt();
        int step = alignment.step(0, at);
        return Optional.of(new Noticed(
                step != 0 ? step : alignment.reached(0, at) + 1,
                text(both.getFirst(), step),
                text(both.getLast(), alignment.step(1, at))));
    }

    private static String text(Recording recording, int step) {
        return step == 0 ? "" : new EventText(recording).text(recording.event(step));
    }
}
