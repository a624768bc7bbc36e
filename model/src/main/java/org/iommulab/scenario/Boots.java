package org.iommulab.scenario;

import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;

/**
 * A board that is built once and booted again and again, each time without one callback; every story that begins with
 * this first act goes on from there. For explorers: it is fast when all stories without one callback are asked for one
 * after the other.
 */
public final class Boots {
    private final Player.Performance performance;
    private final RunMark built;
    private Optional<Booted> booted = Optional.empty();

    /** The first act, done without a callback. */
    private record Booted(String driver, Callback callback, Player.Stage stage, RunMark end) {
        boolean isWithout(String otherDriver, Callback other) {
            return callback == other && driver.equals(otherDriver);
        }

        boolean isTheEnd() {
            return stage.death().isPresent()
                    || stage.limit().isPresent()
                    || stage.stuck().isPresent();
        }
    }

    /** @param file any story of those that will be asked for */
    public Boots(ScenarioFile file, KernelBuild kernel) {
        performance = Player.rehearse(file, kernel);
        built = RunMark.of(performance, 0);
    }

    /** Plays a story, with a driver's table that has lost a callback. */
    public Player.Stage without(ScenarioFile story, String driver, Callback callback) {
        Booted first = booted.filter(before -> before.isWithout(driver, callback))
                .orElseGet(() -> boot(story, driver, callback));
        booted = Optional.of(first);
        if (first.isTheEnd()) {
            // nothing to go back to: a machine that died in its first act is played again
            booted = Optional.empty();
            return first.stage();
        }
        first.end().bringBack(performance);
        performance.goOnWith(story);
        return performance.perform(1);
    }

    private Booted boot(ScenarioFile story, String driver, Callback callback) {
        built.bringBack(performance);
        performance.goOnWith(story);
        RunMark.withhold(performance, driver, callback);
        Player.Stage stage = performance.perform(0, 1);
        return new Booted(driver, callback, stage, RunMark.of(performance, 1));
    }
}
