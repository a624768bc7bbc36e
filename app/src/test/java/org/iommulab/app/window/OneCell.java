package org.iommulab.app.window;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.matrix.Sweeper;
import org.iommulab.board.Architecture;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Divergence;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.SweepListener;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.explore.breaks.Tampering;
import org.iommulab.explore.why.Chain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioReader;

/** Finds the same on every kernel: the first callback of the table hangs at step 40 of a story. */
final class OneCell implements Sweeper {
    static final Path STORY = Path.of("../scenarios/exynos/drm-bind.json");
    static final Subject SUBJECT = new Subject("exynos", Architecture.ARM32);
    static final int STEP = 40;

    @Override
    public List<Subject> subjects() {
        return List.of(SUBJECT);
    }

    @Override
    public Job job(Level level, boolean failing, boolean awaited) {
        return new Job() {
            @Override
            public SweepTally run(SweepListener listener) {
                listener.cells(List.of(cell(level)));
                return new SweepTally(1, 1, 1, 1, 2, 1_000_000);
            }

            @Override
            public void cancel() {}
        };
    }

    private static Cell cell(Level level) {
        var harm = new Chain.Link(44, "nothing happens any more");
        return new Cell(
                SUBJECT,
                Tampering.removal("exynos", Callback.CAPABLE),
                "exynos_iommu_capable",
                level,
                Optional.of(ScenarioReader.open(STORY)),
                Effect.HANG,
                EnumSet.of(Effect.HANG),
                Optional.empty(),
                Optional.of(new Divergence(STEP, STEP, "nothing instead of a call")),
                Optional.empty(),
                Optional.of(harm),
                "nobody asks → nothing happens any more",
                List.of(new Chain.Link(STEP, "nobody asks"), harm));
    }
}
