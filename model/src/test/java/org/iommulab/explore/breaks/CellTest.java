package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.iommulab.explore.why.Chain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;
import org.junit.jupiter.api.Test;

/** What a cell tells of a run in which much goes wrong: one thing after the other, the worst last. */
class CellTest {
    private static final Callback TAKEN = Callback.SET_PLATFORM_DMA_OPS;

    private static Cell cell() {
        ScenarioFile file = ScenarioReader.open(Path.of("..", "scenarios", "tegrasmmu", "hand-back.json"));
        List<Level> level =
                Level.KNOWN.stream().filter(each -> each.spec().equals("6.3")).toList();
        var cells = new ArrayList<Cell>();
        new Sweep(new SweepRequest(Set.of(), Set.of(TAKEN), level, List.of(file), false, true, 1)).run(cells::addAll);
        assertThat(cells).hasSize(1);
        return cells.getFirst();
    }

    @Test
    void theRunsPartWhereTheCallbackIsNotThere() {
        Divergence divergence = cell().divergence().orElseThrow();
        assertThat(divergence.broken()).isEqualTo(divergence.unbroken());
        assertThat(divergence.words())
                .isEqualTo("no callback set_platform_dma_ops [50000000.host1x] instead of"
                        + " callback set_platform_dma_ops: tegra_smmu_set_platform_dma(50000000.host1x)");
    }

    @Test
    void theFirstRuleIsNamedAndTheWorstEffect() {
        Cell cell = cell();
        assertThat(cell.rule().map(BrokenRule::key)).contains("hardware-follows-group");
        assertThat(cell.effect()).isEqualTo(Effect.USE_AFTER_FREE);
        assertThat(cell.effects()).contains(Effect.SUSPICIOUS, Effect.WARN, Effect.FAULT_STORM);
        assertThat(cell.harm().map(Chain.Link::words)).contains("WARN in iommu_group_do_set_platform_dma");
    }

    @Test
    void theChainGoesFromTheCallbackByTheFirstRuleToTheWorst() {
        Cell cell = cell();
        List<Chain.Link> chain = cell.chain();
        assertThat(chain).extracting(Chain.Link::step).isSorted();
        assertThat(chain.getFirst().words()).isEqualTo("set_platform_dma_ops is NULL");
        assertThat(chain.getFirst().step())
                .isEqualTo(cell.divergence().orElseThrow().broken());
        assertThat(chain)
                .extracting(Chain.Link::step)
                .contains(cell.rule().orElseThrow().step());
        assertThat(chain.getLast().words()).contains("freed table");
    }
}
