package org.iommulab.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Boots;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Cursor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stories of one board that boot once and are judged from there on break the rules that each breaks by itself. */
class CommonBeginningTest {
    private static final List<String> STORIES =
            List.of("away-and-back", "not-viable", "faults", "host-dma", "away-and-back");

    @ParameterizedTest
    @CsvSource({"RELEASE_DEVICE, 6.3", "IOTLB_SYNC, 6.12", "IOTLB_SYNC, 6.1", "ATTACH_DEV, 6.2"})
    void whatIsJudgedOnceIsAsJudgedEachTime(Callback callback, String kernel) {
        var build = KernelSpec.parse(kernel);
        var removal = new Removal("intel", callback);
        Boots boots = new Boots(file(STORIES.getFirst()), build);
        for (String story : STORIES) {
            Player.Stage stage = boots.without(file(story), removal);
            var cursor = new Cursor(stage.world().machine().recorded());
            for (Rule left : List.of(Rule.ALL.get(0), Rule.ALL.get(3))) {
                String shared = boots.firstBreaches(1, rule -> rule != left).text();
                String alone = RuleHistory.firstBreaches(stage.world(), cursor, 1, rule -> rule != left)
                        .text();
                assertThat(shared).as("%s without %s", story, left.key()).isEqualTo(alone);
            }
        }
    }

    private static ScenarioFile file(String name) {
        return ScenarioReader.open(Path.of("..", "scenarios", "pci", name + ".json"));
    }
}
