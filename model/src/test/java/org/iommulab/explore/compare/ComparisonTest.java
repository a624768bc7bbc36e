package org.iommulab.explore.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.iommulab.explore.compare.Alignment.RowKind;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.words.EventText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    private static Comparison compare(String story, String... kernels) {
        var sides = new ArrayList<Side>();
        for (String kernel : kernels) {
            var file = ScenarioReader.open(Path.of("../scenarios/" + story + ".json"));
            sides.add(Side.of(kernel, Player.play(file, KernelSpec.parse(kernel))));
        }
        return Comparison.of(sides);
    }

    private static String text(Comparison comparison, int column, int step) {
        Recording recording = comparison.sides().get(column).run().recording();
        return step == 0 ? "-" : new EventText(recording).text(recording.event(step));
    }

    @Test
    void aRunIsTheSameAsItself() {
        Comparison comparison = compare("exynos/drm-bind", "6.2", "6.2");
        assertThat(comparison.same()).isTrue();
        assertThat(comparison.firstDivergence()).isEmpty();
        assertThat(comparison.alignment().rows())
                .isEqualTo(comparison.sides().getFirst().run().recording().length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        exynos/drm-bind       | 6.2           | 6.2+p1     | callback detach_dev: exynos_iommu_detach_device | WARNING in __iommu_group_set_domain
        exynos/drm-bind       | 6.2+p1        | 6.2+p1..p2 | no callback detach_dev | no callback set_platform_dma_ops
        exynos/deferred-probe | 6.2           | 6.2+p1..p5 | callback detach_dev: exynos_iommu_detach_device | WARNING in iommu_group_do_set_platform_dma
        """)
    void twoKernelsPartWhereTheFirstThingIsNotTheSame(
            String story, String one, String other, String left, String right) {
        Comparison comparison = compare(story, one, other);
        int row = comparison.parting().orElseThrow();
        // what leads there is the same; what stands there may be told by a line of its own before the callback
        assertThat(found(comparison, 0, row)).contains(left);
        assertThat(found(comparison, 1, row)).contains(right);
        for (int before = 0; before < row; before++) {
            assertThat(comparison.alignment().kind(before)).isEqualTo(RowKind.SAME);
        }
    }

    /** The events from a row on until the end of the part that differs. */
    private static String found(Comparison comparison, int column, int row) {
        var text = new StringBuilder();
        for (int at = row; at < row + 12 && at < comparison.alignment().rows(); at++) {
            text.append(text(comparison, column, comparison.alignment().step(column, at)))
                    .append('\n');
        }
        return text.toString();
    }

    /** Whatever is compared: every step of every run has one row, and down a column the steps rise. */
    @ParameterizedTest
    @CsvSource({
        "exynos/drm-bind, 6.2, 6.2+p1, 6.2+p1..p5",
        "exynos/deferred-probe, 6.2+p1..p5, 6.2, 6.3",
        "amd/boot-and-dma, 6.2, 6.12, 6.7",
    })
    void everyStepHasOneRow(String story, String a, String b, String c) {
        Comparison comparison = compare(story, a, b, c);
        Alignment alignment = comparison.alignment();
        for (int column = 0; column < 3; column++) {
            int next = 1;
            for (int row = 0; row < alignment.rows(); row++) {
                int step = alignment.step(column, row);
                if (step != 0) {
                    assertThat(step).isEqualTo(next++);
                    assertThat(alignment.row(column, step)).isEqualTo(row);
                }
                assertThat(alignment.reached(column, row)).isEqualTo(next - 1);
            }
            assertThat(next - 1)
                    .isEqualTo(comparison.sides().get(column).run().recording().length());
        }
    }

    /** After a divergence the runs meet again: a later action stands beside the same action, not beside its number. */
    @Test
    void whatComesAfterADivergenceIsAlignedAgain() {
        Comparison comparison = compare("exynos/left-behind", "6.2", "6.2+p1..p5");
        Alignment alignment = comparison.alignment();
        int actions = 0;
        for (int row = 0; row < alignment.rows(); row++) {
            int step = alignment.step(0, row);
            if (step != 0 && comparison.sides().getFirst().run().recording().event(step) instanceof Event.Chapter) {
                assertThat(text(comparison, 1, alignment.step(1, row))).isEqualTo(text(comparison, 0, step));
                actions++;
            }
        }
        assertThat(actions)
                .isEqualTo(comparison.sides().getFirst().run().chapters().size());
    }

    @Test
    void theDifferenceAtTheEndIsToldInSentences() {
        Comparison comparison = compare("exynos/drm-bind", "6.2", "6.2+p1");
        assertThat(comparison.sentences())
                .anyMatch(sentence -> sentence.startsWith("The run ends: ok (6.2), broken ("))
                .anyMatch(sentence -> sentence.startsWith("Group ") && sentence.contains("is attached to"))
                .anyMatch(sentence -> sentence.startsWith("The log line \"WARNING: "))
                .noneMatch(sentence -> sentence.contains("  "));
    }

    @Test
    void twoDriversAreComparedByWhatTheCoreDoes() {
        var exynos = ScenarioReader.open(Path.of("../scenarios/msm/hand-back.json"));
        var rockchip = ScenarioReader.open(Path.of("../scenarios/omap/hand-back.json"));
        Comparison comparison = Comparison.of(List.of(
                Side.of("msm", Player.play(exynos, KernelSpec.parse("6.2"))),
                Side.of("omap", Player.play(rockchip, KernelSpec.parse("6.2")))));
        assertThat(comparison.likeness()).isEqualTo(Likeness.KIND);
        Alignment alignment = comparison.alignment();
        long same = java.util.stream.IntStream.range(0, alignment.rows())
                .filter(row -> alignment.kind(row) == RowKind.SAME)
                .count();
        assertThat(same)
                .as("calls of the core are paired although the names differ")
                .isGreaterThan(20);
        assertThat(comparison.differences()).noneMatch(one -> one.topic() == Difference.Topic.UNIT);
    }

    /** Two long recordings that differ in every hundredth call: all else finds its counterpart. */
    @Test
    void longRecordingsAreAligned() {
        Alignment alignment = Alignment.of(List.of(calls(0), calls(100)), Likeness.EXACT);
        assertThat(alignment.rows()).isEqualTo(100_000 + 250);
        int different = 0;
        for (int row = 0; row < alignment.rows(); row++) {
            different += alignment.kind(row) == RowKind.SAME ? 0 : 1;
        }
        assertThat(different).isEqualTo(250);
    }

    /** 25,000 calls of four events; with one more event in each n-th. */
    private static Recording calls(int more) {
        var machine = Machine.recording();
        var device = new SimObject(machine) {
            @Override
            public String label() {
                return "12c10000.mixer";
            }
        };
        Term map = Term.function("iommu_map", "drivers/iommu/iommu.c");
        Term entry = Term.hex("entry");
        for (int call = 0; call < 25_000; call++) {
            int number = call;
            machine.run(Lane.CORE, map, device, 0, 0, () -> {
                machine.emit(EventKind.REGISTER_WRITE, Lane.DRIVER, entry, device, 0, number);
                if (more != 0 && number % more == 0) {
                    machine.emit(EventKind.REGISTER_READ, Lane.DRIVER, entry, device, 4, number);
                }
                machine.emit(EventKind.REGISTER_WRITE, Lane.DRIVER, entry, device, 8, number);
            });
        }
        return machine.finish();
    }
}
