package org.iommulab.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.app.sample.SampleRun;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private final SampleRun run = new SampleRun();
    private final List<LogLine> lines = LogLines.of(run);

    @Test
    void aWarningIsAWholeBlockOfItsStep() {
        int step = run.recording().next(0, e -> e instanceof Event.Warn);
        List<LogLine> block = lines.stream().filter(line -> line.step() == step).toList();
        assertThat(block.getFirst().text()).isEqualTo("------------[ cut here ]------------");
        assertThat(block.get(1).text()).isEqualTo("WARNING: at drivers/iommu/iommu.c iommu_group_do_set_platform_dma");
        assertThat(block.get(1).kind()).isEqualTo(LogLine.Kind.BAD);
        assertThat(block.getLast().text()).isEqualTo("---[ end trace 0000000000000000 ]---");
    }

    @Test
    void linesUpToAStepAreThoseThatWerePrintedByThen() {
        for (int step = 0; step <= run.recording().length(); step++) {
            int at = step;
            assertThat(LogLines.count(lines, step))
                    .isEqualTo((int) lines.stream().filter(l -> l.step() <= at).count());
        }
    }
}
