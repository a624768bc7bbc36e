package org.iommulab.app.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.iommulab.graph.Box;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.EventKind;
import org.junit.jupiter.api.Test;

class TokenTest {
    private static final String SSD = "0000:01:00.0";

    /** A unit that walks many tables: the dot goes to the one of the device that asked. */
    @Test
    void aWalkGoesToItsOwnDomain() {
        Run run = Player.play(
                ScenarioReader.open(Path.of("../scenarios/vfio/hand-over-and-back.json")), KernelSpec.parse("6.12"));
        int walks = 0;
        for (int step = 1; step <= run.recording().length(); step++) {
            if (run.recording().kind(step) != EventKind.WALK_READ) {
                continue;
            }
            Moment moment = run.momentAt(step);
            int own = domainOfSsd(moment);
            if (moment.domains().stream().anyMatch(domain -> domain.id() == own && domain.tableBase() == 0)) {
                continue; // blocked: the walk ends in the device table
            }
            GraphScene scene = GraphScene.of(moment, Homes.NONE, 1000);
            var way = Token.of(run.recording().event(step), scene).orElseThrow().way();
            Box domain = scene.layout().box(own).orElseThrow();
            assertThat(way.getLast().x()).isEqualTo(domain.x());
            assertThat(way.getLast().y()).isBetween(domain.y(), domain.y() + domain.height());
            walks++;
        }
        assertThat(walks).isGreaterThan(10);
    }

    private static int domainOfSsd(Moment moment) {
        return moment.groups().stream()
                .filter(group -> group.devices().stream().anyMatch(d -> d.name().equals(SSD)))
                .mapToInt(group -> group.domain().getAsInt())
                .findFirst()
                .orElseThrow();
    }
}
