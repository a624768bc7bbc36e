package org.iommulab.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.graphstream.graph.Edge;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.user.held.HeldKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeldInGraphTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = ": ",
            value = {
                "vfio/hand-over-and-back: 0 +/dev/vfio/vfio +/dev/vfio/4 +file -/dev/vfio/4 -file -/dev/vfio/vfio",
                "iommufd/two-stages: 0 +/dev/iommu +vfio0 +device 1 +IOAS 2 +HWPT 3 +HWPT 4 -HWPT 4 -HWPT 3 -vfio0"
                        + " -device 1 -/dev/iommu,-IOAS 2",
                "iommufd/mediated-device: 0 +/dev/iommu +IOAS 1 +access 2 +access 3 -access 3 -access 2"
                        + " -/dev/iommu,-IOAS 1",
            })
    void whatAProgramHoldsComesWhenItIsMadeAndGoesWhenItIsClosed(String story, String changes) {
        Run run = play(story);
        List<List<String>> there = new ArrayList<>();
        for (int step = 0; step <= run.recording().length(); step++) {
            there.add(names(run.momentAt(step)));
        }
        assertThat(String.join(" ", changes(there))).isEqualTo(changes);
        // back again, by steps that do not meet the same places in the journal
        for (int step = run.recording().length(); step >= 0; step -= 3) {
            assertThat(names(run.momentAt(step))).as("step %d", step).isEqualTo(there.get(step));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vfio/hand-over-and-back",
                "vfio/no-iommu",
                "iommufd/two-stages",
                "iommufd/wrong-orders",
                "pci/two-containers"
            })
    void everythingHasItsPlaceAndNothingThatStaysEverMoves(String story) {
        Run run = play(story);
        Homes homes = Homes.of(run.recording());
        var places = new LayoutCheck.Places();
        var graph = new LiveGraph();
        for (int step = 0; step <= run.recording().length(); step += 9) {
            Moment moment = run.momentAt(step);
            if (moment.held().isEmpty()) {
                continue; // while the machine boots, devices come
            }
            graph.apply(moment);
            Layout layout = Layout.of(graph.graph(), homes, 1200);
            places.stay(layout, step);
            LayoutCheck.check(layout, story + " step " + step);
            assertThat(layout.boxes().keySet())
                    .containsAll(moment.held().stream().map(HeldView::id).toList());
        }
    }

    @Test
    void theGraphSaysWhatStandsOnWhat() {
        Run run = play("iommufd/two-stages");
        Moment moment = run.momentAt(910);
        var graph = new LiveGraph();
        graph.apply(moment);
        assertThat(graph.graph()
                        .edges()
                        .filter(edge -> edge.getAttribute("kind") == EdgeKind.HELD)
                        .map(HeldInGraphTest::words))
                .containsExactlyInAnyOrder(
                        "vfio0 > 0000:01:00.0",
                        "device 1 > 0000:01:00.0",
                        "HWPT 3 > IOAS 2",
                        "HWPT 3 > domain 5",
                        "HWPT 4 > HWPT 3",
                        "HWPT 4 > domain 6");
        assertThat(GraphText.tree(moment))
                .contains(
                        "/dev/iommu, 4 objects",
                        "  IOAS 2, I/O address space, 2 mappings",
                        "  HWPT 4, nested page table, domain 6, on HWPT 3 and domain 6",
                        "device 1, device bound to iommufd, HWPT 4, on 0000:01:00.0");
    }

    @Test
    void whatAProgramHoldsBringsNoDevicesTogether() {
        Run run = play("pci/two-behind-a-bridge");
        int last = run.recording().length();
        Moment held = Stream.iterate(last, step -> step > 0, step -> step - 20)
                .map(run::momentAt)
                .filter(moment -> moment.held().stream().anyMatch(each -> each.kind() == HeldKind.CONTAINER))
                .findFirst()
                .orElseThrow();
        var graph = new LiveGraph();
        graph.apply(held);
        var without = new LiveGraph();
        without.apply(new Moment(
                held.step(),
                held.seconds(),
                held.groups(),
                held.loose(),
                held.units(),
                held.domains(),
                held.disagreements(),
                held.rules(),
                held.walk()));
        assertThat(Reach.together(graph.graph())).isEqualTo(Reach.together(without.graph()));
    }

    private static Run play(String story) {
        ScenarioFile file = ScenarioReader.open(Path.of("../scenarios/" + story + ".json"));
        return Player.play(file, KernelSpec.parse(file.scenario().kernel()));
    }

    private static List<String> names(Moment moment) {
        return moment.held().stream().map(HeldView::name).toList();
    }

    /** How each list differs from the one before, where it does. */
    private static List<String> changes(List<List<String>> lists) {
        var changes = new ArrayList<String>();
        changes.add(Integer.toString(lists.getFirst().size()));
        for (int i = 1; i < lists.size(); i++) {
            List<String> before = lists.get(i - 1);
            List<String> now = lists.get(i);
            List<String> parts = Stream.concat(
                            before.stream().filter(name -> !now.contains(name)).map(name -> "-" + name),
                            now.stream().filter(name -> !before.contains(name)).map(name -> "+" + name))
                    .toList();
            if (!parts.isEmpty()) {
                changes.add(String.join(",", parts));
            }
        }
        return changes;
    }

    private static String words(Edge edge) {
        return edge.getSourceNode().getAttribute("label") + " > "
                + edge.getTargetNode().getAttribute("label");
    }
}
