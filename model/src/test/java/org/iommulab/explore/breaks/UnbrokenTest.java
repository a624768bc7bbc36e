package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.iommulab.kernel.Level;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Cursor;
import org.junit.jupiter.api.Test;

/** What is wrong with a run without any tampering is no harm of a tampering. */
class UnbrokenTest {
    @Test
    void itKnowsWhereEachRuleBreaksForTheFirstTime() {
        ScenarioFile file = ScenarioReader.open(Path.of("..", "scenarios", "exynos", "left-behind.json"));
        Level level = Level.KNOWN.stream()
                .filter(each -> each.spec().equals("6.2+p1"))
                .findFirst()
                .orElseThrow();
        LevelKernel on = LevelKernel.of(file, level);
        Take take = Take.of(file, on, on.build());
        RuleHistory whole = RuleHistory.of(take.world(), new Cursor(take.recording()));
        Map<String, Integer> expected = new HashMap<>();
        for (int i = 0; i < Rule.ALL.size(); i++) {
            String key = Rule.ALL.get(i).key();
            whole.firstBreach(i).ifPresent(breach -> expected.put(key, breach.step()));
        }
        assertThat(expected).containsOnlyKeys("released-device-dma");
        assertThat(Unbroken.of(take).rules()).isEqualTo(expected);
    }
}
