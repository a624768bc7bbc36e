package org.iommulab.app.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.app.matrix.SampleCells.EXYNOS;
import static org.iommulab.app.matrix.SampleCells.EXYNOS_64;
import static org.iommulab.app.matrix.SampleCells.OMAP;
import static org.iommulab.app.matrix.SampleCells.cell;

import java.util.List;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.kernel.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrangementTest {
    private final Grid grid = SampleCells.grid(List.of(
            cell(OMAP, Callback.MAP, Effect.ERROR),
            cell(OMAP, Callback.DETACH_DEV, Effect.HANG),
            cell(EXYNOS_64, Callback.DETACH_DEV, Effect.NEVER_CALLED),
            cell(EXYNOS, Callback.DETACH_DEV, Effect.WARN),
            cell(EXYNOS, Callback.UNMAP, Effect.OOPS),
            cell(EXYNOS, Callback.ATTACH_DEV, Effect.HANG)));

    private Arrangement arranged(String typed, Sorting sorting) {
        return Arrangement.of(grid, Filter.of(typed, grid.subjects()), sorting);
    }

    @Test
    void withoutAFilterEverythingIsThereByName() {
        Arrangement all = arranged("", Sorting.BY_NAME);
        assertThat(all.rows()).containsExactly(EXYNOS, EXYNOS_64, OMAP);
        assertThat(all.columns()).containsExactly(Callback.values());
    }

    @ParameterizedTest
    @CsvSource({
        "omap,                 1, 39",
        "exynos,               2, 39",
        "arm64,                1, 39",
        "exynos omap,          3, 39",
        "detach,               3, 1",
        "map,                  3, 3",
        "exynos attach_dev,    2, 1",
        "hang,                 2, 2",
        "omap hang,            1, 1",
        "broken,               2, 4",
        "use-after-free,       0, 0",
        "exinos,               3, 39",
    })
    void whatIsTypedNarrowsRowsAndColumns(String typed, int rows, int columns) {
        Arrangement shown = arranged(typed, Sorting.BY_NAME);
        assertThat(shown.rows()).hasSize(rows);
        assertThat(shown.columns()).hasSize(columns);
    }

    @Test
    void aWordThatMeansNothingIsNamed() {
        assertThat(arranged("exinos omap", Sorting.BY_NAME).filter().unknown()).containsExactly("exinos");
    }

    @Test
    void theWorstComesFirst() {
        Arrangement shown = arranged("", Sorting.WORST_FIRST);
        assertThat(shown.rows()).containsExactly(EXYNOS, OMAP, EXYNOS_64);
        assertThat(shown.columns()).startsWith(Callback.DETACH_DEV, Callback.ATTACH_DEV, Callback.UNMAP, Callback.MAP);
    }

    @Test
    void anArchitectureIsNamedWhereThereAreSeveral() {
        assertThat(grid.name(OMAP)).isEqualTo("omap");
        assertThat(grid.name(EXYNOS_64)).isEqualTo("exynos (arm64)");
    }
}
