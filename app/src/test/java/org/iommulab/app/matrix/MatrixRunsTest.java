package org.iommulab.app.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Effect;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.SweepListener;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MatrixRunsTest {
    private static final List<Level> LEVELS = Level.KNOWN.subList(0, 3);
    private static final SweepTally TALLY = new SweepTally(1, 1, 1, 1, 2, 1_000_000);

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch calm = new CountDownLatch(3);
    private boolean held;
    private boolean broken;

    private final MatrixRuns runs = new MatrixRuns(new FakeSweeper(), LEVELS, new Notes());

    @AfterEach
    void close() {
        runs.close();
    }

    private final class FakeSweeper implements Sweeper {
        @Override
        public List<Subject> subjects() {
            return List.of(SampleCells.OMAP);
        }

        @Override
        public Job job(Level level, boolean failing, boolean awaited) {
            return new Job() {
                @Override
                public SweepTally run(SweepListener listener) {
                    if (broken) {
                        throw new IllegalStateException("no such table");
                    }
                    listener.cells(List.of(SampleCells.cell(SampleCells.OMAP, Callback.MAP, Effect.ERROR)));
                    begun.countDown();
                    if (held) {
                        waitFor(release);
                    }
                    return TALLY;
                }

                @Override
                public void cancel() {
                    release.countDown();
                }
            };
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Notes implements MatrixRuns.Watcher {
        @Override
        public void began(Level level, List<Subject> rows) {
            told.add("began " + level.key() + " " + rows.size());
        }

        @Override
        public void cells(Level level, List<Cell> cells) {
            told.add("cells " + level.key() + " " + cells.size());
        }

        @Override
        public void progress(Level level, SweepTally tally) {}

        @Override
        public void ended(Level level, SweepTally tally, boolean whole) {
            told.add((whole ? "whole " : "cut ") + level.key());
            calm.countDown();
        }

        @Override
        public void failed(Level level, String why) {
            told.add("failed " + level.key() + ": " + why);
            calm.countDown();
        }
    }

    @Test
    void theLevelThatIsLookedAtComesFirstThenTheOthers() {
        runs.want(LEVELS.get(1));
        waitFor(calm);
        assertThat(told.stream().filter(note -> note.startsWith("whole")))
                .containsExactly("whole P1", "whole BASE", "whole P2");
    }

    @Test
    void anotherWishCutsShortWhatRuns() {
        held = true;
        runs.want(LEVELS.getFirst());
        waitFor(begun);
        runs.want(LEVELS.get(2));
        held = false;
        waitFor(calm);
        assertThat(told).startsWith("began BASE 1", "cells BASE 1", "cut BASE", "began P2 1", "cells P2 1", "whole P2");
    }

    @Test
    void whatIsCancelledStopsAndNothingFollows() {
        held = true;
        runs.want(LEVELS.getFirst());
        waitFor(begun);
        runs.stop();
        runs.close();
        assertThat(told).doesNotContain("whole BASE");
        assertThat(told.stream().filter(note -> note.startsWith("began"))).containsExactly("began BASE 1");
    }

    @Test
    void aSweepThatFailsSaysWhyAndTheOthersGoOn() {
        broken = true;
        runs.want(LEVELS.getFirst());
        waitFor(calm);
        assertThat(told).contains("failed BASE: no such table", "failed P2: no such table");
    }
}
