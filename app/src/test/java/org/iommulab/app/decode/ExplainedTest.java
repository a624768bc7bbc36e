package org.iommulab.app.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.EventKind;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.api.Test;

class ExplainedTest {
    private static final String FAULT = "nvme 0000:03:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000b"
            + " address=0x123457000 flags=0x0020]";

    @Test
    void aPastedFaultIsToldFromItsHeadingToItsBits() {
        Explained explained = Explained.of("hello\n" + FAULT + "\n", Optional.empty());

        assertThat(explained.tally()).isEqualTo("2 lines, 1 decoded");
        assertThat(explained.rows().getFirst())
                .isEqualTo(new Row(Row.Kind.HEADING, "line 2: AMD-Vi: DMA write refused"));
        assertThat(explained.rows()).contains(new Row(Row.Kind.QUOTE, FAULT));
        assertThat(explained.rows())
                .anyMatch(row -> row.kind() == Row.Kind.BITS && row.text().contains("5 RW = 1: a write"));
    }

    @Test
    void whereTheRunPrintsItTooItLeadsToTheAccess() {
        PlayedRun run = Player.play(
                ScenarioReader.open(Path.of("..", "scenarios", "exynos", "unhandled-fault.json")),
                KernelSpec.parse("6.2"));
        String printed = KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .filter(line -> line.contains("PAGE FAULT"))
                .findFirst()
                .orElseThrow();

        Row last = Explained.of("[    1.5] " + printed, Optional.of(run)).rows().getLast();

        assertThat(last.kind()).isEqualTo(Row.Kind.STEP);
        assertThat(run.recording().kind(last.step().orElseThrow())).isEqualTo(EventKind.DMA);
        assertThat(Explained.of(FAULT, Optional.of(run)).rows()).noneMatch(row -> row.kind() == Row.Kind.STEP);
    }

    @Test
    void aLongTextIsCutOff() {
        assertThat(Explained.of("x\n".repeat(30_000), Optional.empty()).tally())
                .isEqualTo(Explained.MOST_LINES + " lines, 0 decoded");
    }
}
