package org.iommulab.explore.breaks;

import org.iommulab.board.World;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** One run of a story, recorded, with what it asked of its kernel on the way. */
record Take(
        ScenarioFile file, Player.Stage stage, Recording recording, Asked asked, EndState end, FirstBreaches rules) {

    static Take of(ScenarioFile file, LevelKernel on, KernelBuild kernel) {
        return of(file, on, Player.perform(file, kernel, new Machine(true, Limits.USUAL)));
    }

    static Take of(ScenarioFile file, LevelKernel on, Player.Stage stage) {
        return of(
                file,
                on,
                stage,
                (first, about) -> RuleHistory.firstBreaches(
                        stage.world(), new Cursor(stage.world().machine().recorded()), first, about));
    }

    static Take of(ScenarioFile file, LevelKernel on, Player.Stage stage, FirstBreaches rules) {
        // before anybody looks at the world: who looks, asks as well
        Asked asked = Asked.of(on, stage.world());
        return new Take(file, stage, stage.world().machine().recorded(), asked, EndState.of(stage), rules);
    }

    /** The act in which it ended: the last of the story, or the one in which the kernel died or the story got stuck. */
    int lastAct() {
        int last = 0;
        for (Chapter chapter : stage.chapters()) {
            last = chapter.reached() ? chapter.index() : last;
        }
        return last;
    }

    /** Whether the kernel died in the first act: whatever the story had to say after it, it comes to the same. */
    boolean diedAtOnce() {
        return lastAct() == 0 && stage.death().isPresent();
    }

    World world() {
        return stage.world();
    }
}
