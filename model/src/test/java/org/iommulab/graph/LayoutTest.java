package org.iommulab.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    @RepeatedTest(60)
    void boxesNeverOverlapAndLinesGoRoundThem(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Moment moment = random(new Random(seed));
        LayoutCheck.check(layout(moment, Homes.NONE), "seed " + seed);
    }

    @RepeatedTest(20)
    void theSameGraphGivesTheSamePicture(RepetitionInfo repetition) {
        Moment moment = random(new Random(repetition.getCurrentRepetition()));
        var travelled = new LiveGraph();
        travelled.apply(random(new Random(repetition.getCurrentRepetition() + 1000)));
        travelled.apply(moment);
        assertThat(Layout.of(travelled.graph(), Homes.NONE, 900)).isEqualTo(layout(moment, Homes.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"drm-bind 6.2", "drm-bind 6.2+p1..p5", "deferred-probe 6.2", "drm-unbind 6.2+p1..p3"})
    void inARealStoryNothingThatStaysEverMoves(String story) {
        String[] words = story.split(" ");
        Run run = Player.play(
                ScenarioReader.open(Path.of("../scenarios/exynos/" + words[0] + ".json")), KernelSpec.parse(words[1]));
        Homes homes = Homes.of(run.recording());
        var places = new LayoutCheck.Places();
        double height = 0;
        for (int step = 0; step <= run.recording().length(); step += 7) {
            Layout layout = layout(run.momentAt(step), homes);
            places.stay(layout, step);
            assertThat(height == 0 || height == layout.height())
                    .as("height at step %d", step)
                    .isTrue();
            height = layout.height();
            LayoutCheck.check(layout, story + " step " + step);
        }
    }

    @Test
    void domainsStandInTheOrderOfTheirOwners() {
        Run run = Player.play(
                ScenarioReader.open(Path.of("../scenarios/amd/one-more-level.json")), KernelSpec.parse("6.2"));
        Moment moment = run.momentAt(run.recording().length());
        Layout layout = layout(moment, Homes.of(run.recording()));
        List<Double> heights = moment.groups().stream()
                .filter(group -> group.devices().stream()
                        .anyMatch(device -> !device.units().isEmpty()))
                .sorted(Comparator.comparingInt(
                        group -> group.devices().getFirst().id()))
                .map(group -> layout.boxes().get(group.domain().getAsInt()).y())
                .toList();
        assertThat(heights).hasSizeGreaterThan(3).isSorted();
    }

    @Test
    void aNewDomainMovesNothingAndStandsBesideItsUnit() {
        Moment before = moment(2, List.of(30), new int[] {30, 0});
        Moment after = moment(2, List.of(30, 31), new int[] {30, 31});
        Layout first = layout(before, Homes.NONE);
        Layout second = layout(after, Homes.NONE);
        assertThat(second.boxes()).containsAllEntriesOf(first.boxes());
        assertThat(second.boxes().get(31).middleY())
                .isEqualTo(second.boxes().get(2).middleY());
    }

    @Test
    void whatIsClickedIsTheDeviceBeforeItsGroup() {
        Layout layout = layout(moment(1, List.of(), new int[] {0}), Homes.NONE);
        Box device = layout.boxes().get(10);
        assertThat(layout.at(device.middleX(), device.middleY())).contains(10);
        Box group = layout.boxes().get(20);
        assertThat(layout.at(group.x() + 3, group.y() + 3)).contains(20);
        assertThat(layout.at(-5, -5)).isEmpty();
    }

    private static Layout layout(Moment moment, Homes homes) {
        var graph = new LiveGraph();
        graph.apply(moment);
        return Layout.of(graph.graph(), homes, 900);
    }

    /** Devices 10.., groups 20.., units 1.., one to one. */
    private static Moment moment(int count, List<Integer> domains, int[] points) {
        var groups = new ArrayList<Moment.GroupView>();
        var units = new ArrayList<Moment.UnitView>();
        for (int i = 0; i < count; i++) {
            OptionalInt domain = points[i] == 0 ? OptionalInt.empty() : OptionalInt.of(points[i]);
            groups.add(new Moment.GroupView(
                    20 + i, i, "", 0, domain, OptionalInt.empty(), List.of(device(10 + i, List.of(1 + i), true))));
            units.add(unit(1 + i, domain));
        }
        return new Moment(
                1,
                0,
                groups,
                List.of(),
                units,
                domains.stream().map(LayoutTest::domain).toList(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static Moment random(Random random) {
        int unitCount = 1 + random.nextInt(5);
        int domainCount = random.nextInt(7);
        int deviceCount = random.nextInt(24);
        var units = new ArrayList<Moment.UnitView>();
        for (int i = 0; i < unitCount; i++) {
            units.add(unit(1 + i, pick(random, domainCount)));
        }
        var groups = new ArrayList<Moment.GroupView>();
        var loose = new ArrayList<Moment.DeviceView>();
        for (int i = 0; i < deviceCount; ) {
            int members = 1 + random.nextInt(4);
            List<Moment.DeviceView> devices = new ArrayList<>();
            for (int k = 0; k < members && i < deviceCount; k++, i++) {
                List<Integer> behind = new ArrayList<>();
                for (int unit = random.nextInt(4) == 0 ? 2 : 1; unit > 0; unit--) {
                    behind.add(1 + random.nextInt(unitCount));
                }
                devices.add(device(
                        100 + i,
                        random.nextInt(8) == 0
                                ? List.of()
                                : behind.stream().distinct().toList(),
                        random.nextBoolean()));
            }
            if (random.nextInt(3) == 0) {
                loose.addAll(devices);
            } else {
                groups.add(new Moment.GroupView(
                        200 + i, i, "", 0, pick(random, domainCount), OptionalInt.empty(), devices));
            }
        }
        var domains = new ArrayList<Moment.DomainView>();
        for (int i = 0; i < domainCount; i++) {
            domains.add(domain(300 + i));
        }
        return new Moment(1, 0, groups, loose, units, domains, List.of(), List.of(), Optional.empty());
    }

    private static OptionalInt pick(Random random, int domains) {
        return domains == 0 || random.nextInt(4) == 0
                ? OptionalInt.empty()
                : OptionalInt.of(300 + random.nextInt(domains));
    }

    private static Moment.DeviceView device(int id, List<Integer> units, boolean direct) {
        var ops = direct ? Moment.DmaOpsKind.DIRECT : Moment.DmaOpsKind.IOMMU_DMA;
        return new Moment.DeviceView(
                id,
                "d" + id,
                "",
                "driver",
                true,
                ops,
                units,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    private static Moment.UnitView unit(int id, OptionalInt pointsAt) {
        return new Moment.UnitView(
                id,
                "u" + id,
                "",
                true,
                true,
                false,
                0,
                pointsAt.stream().boxed().toList(),
                List.of(),
                List.of(),
                8,
                List.of(),
                "");
    }

    private static Moment.DomainView domain(int id) {
        return new Moment.DomainView(id, "m" + id, Moment.DomainKind.UNMANAGED, 0, 0, 0, false, 0, List.of());
    }
}
