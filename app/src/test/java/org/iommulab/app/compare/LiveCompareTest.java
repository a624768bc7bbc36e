package org.iommulab.app.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.app.playback.HandFrames;
import org.iommulab.explore.compare.Alignment.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveCompareTest {
    private final HandFrames frames = new HandFrames();
    private final LiveCompare compare = new LiveCompare(frames);

    @AfterEach
    void close() {
        compare.close();
    }

    private CompareScene scene() {
        return compare.sceneProperty().get().orElseThrow();
    }

    private void opened(LiveCompare.Beginning beginning) {
        compare.open(() -> CompareScenes.sides("exynos/drm-bind", "6.2", "6.2+p1"), beginning);
        frames.until(() -> compare.sceneProperty().get().isPresent());
    }

    @Test
    void opensWhereTheRunsPartAndAllCursorsMoveTogether() {
        opened(LiveCompare.PARTING);
        int parting = scene().comparison().parting().orElseThrow();
        assertThat(scene().row()).isEqualTo(parting);
        compare.by(-1);
        compare.by(-1);
        frames.until(() -> scene().row() == parting - 2);
        assertThat(scene().moments()).allMatch(moment -> moment.step() == parting - 1);
        compare.go(Integer.MAX_VALUE);
        frames.until(() -> scene().row() == scene().comparison().alignment().rows() - 1);
        for (int i = 0; i < 2; i++) {
            assertThat(scene().moments().get(i).step())
                    .isEqualTo(scene().comparison()
                            .sides()
                            .get(i)
                            .run()
                            .recording()
                            .length());
        }
        compare.firstDivergence();
        frames.until(() -> scene().row() == parting);
        compare.nextDifference();
        frames.until(() -> scene().row() > parting);
        assertThat(scene().comparison().alignment().kind(scene().row())).isNotEqualTo(RowKind.SAME);
        compare.previousDifference();
        frames.until(() -> scene().row() == parting);
    }

    @Test
    void opensAtAStepOfTheSecondRun() {
        opened(LiveCompare.step(1, 529));
        assertThat(scene().moments().getLast().step()).isEqualTo(529);
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        compare.open(
                () -> {
                    throw new IllegalArgumentException("x.json: there is no such file");
                },
                LiveCompare.PARTING);
        frames.until(() -> compare.problemProperty().get().isPresent());
        assertThat(compare.problemProperty().get()).contains("x.json: there is no such file");
        compare.open(List::of, LiveCompare.PARTING);
        frames.until(() -> compare.problemProperty()
                .get()
                .filter(problem -> problem.contains("no lanes"))
                .isPresent());
        assertThat(compare.sceneProperty().get()).isEmpty();
    }
}
