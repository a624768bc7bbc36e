package org.iommulab.app.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.iommulab.app.sample.Thing;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallBarsTest {
    private static final Term CALL = Term.function("call", "file.c");
    private static final Term BLOCK = Term.hex("block");
    private static final Lane[] LANES = Lane.values();

    /** What the writer of the recording knows about each step. */
    private static final class Tree {
        private final Machine machine = Machine.recording();
        private final Thing thing = new Thing(machine, "thing");
        private final Random random;
        private final Map<Integer, Integer> end = new HashMap<>();
        private final Map<Integer, Integer> enclosing = new HashMap<>();
        private final Map<Integer, Integer> row = new HashMap<>();
        private final List<Integer> open = new ArrayList<>();
        private final int[] inLane = new int[LANES.length];

        Tree(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 12; i++) {
                if (random.nextInt(6) == 0) {
                    dies();
                } else {
                    grow(0);
                }
            }
        }

        private void note(Lane lane) {
            enclosing.put(machine.steps(), open.isEmpty() ? 0 : open.getLast());
            row.put(machine.steps(), inLane[lane.ordinal()]);
        }

        private void grow(int depth) {
            Lane lane = LANES[random.nextInt(LANES.length)];
            if (depth > 7 || random.nextInt(3) == 0) {
                machine.emit(EventKind.CHANGED, lane, BLOCK, thing, 0, 1);
                note(lane);
                return;
            }
            boolean callback = random.nextBoolean();
            machine.emit(callback ? EventKind.CALLBACK : EventKind.ENTER, lane, CALL, thing, 0, 0);
            note(lane);
            int begin = machine.steps();
            open.add(begin);
            inLane[lane.ordinal()]++;
            machine.inside(lane, CALL, thing, () -> {
                for (int i = random.nextInt(4); i > 0; i--) {
                    grow(depth + 1);
                }
                return 0;
            });
            inLane[lane.ordinal()]--;
            row.put(machine.steps(), inLane[lane.ordinal()]);
            enclosing.put(machine.steps(), begin);
            open.removeLast();
            end.put(begin, machine.steps());
        }

        /** Two calls that never return, as after an oops. */
        private void dies() {
            try {
                machine.run(Lane.CORE, CALL, thing, 0, 0, () -> {
                    int outer = machine.steps();
                    machine.run(Lane.DRIVER, CALL, thing, 0, 0, () -> {
                        int inner = machine.steps();
                        machine.emit(EventKind.OOPS, Lane.CORE, BLOCK, thing, 0, 0);
                        enclosing.put(outer, 0);
                        enclosing.put(inner, outer);
                        enclosing.put(inner + 1, inner);
                        row.put(outer, 0);
                        row.put(inner, 0);
                        row.put(inner + 1, 1);
                        end.put(outer, inner + 1);
                        end.put(inner, inner + 1);
                        throw new IllegalStateException("dead");
                    });
                });
            } catch (IllegalStateException e) {
                machine.unwind();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2026, 77_777})
    void barsOfRandomCallTreesAreAsTheyWereWritten(long seed) {
        var tree = new Tree(seed);
        CallBars bars = CallBars.of(tree.machine.finish());
        for (int step = 1; step <= bars.length(); step++) {
            assertThat(bars.end(step)).as("end of %d, seed %d", step, seed).isEqualTo(tree.end.getOrDefault(step, 0));
            assertThat(bars.row(step)).as("row of %d, seed %d", step, seed).isEqualTo(tree.row.get(step));
            assertThat(bars.enclosing(step))
                    .as("around %d, seed %d", step, seed)
                    .isEqualTo(tree.enclosing.get(step));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theIndexFindsEveryLongCallThatTouchesAWindow(long seed) {
        var tree = new Tree(seed);
        CallBars bars = CallBars.of(tree.machine.finish());
        var random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            int from = 1 + random.nextInt(bars.length());
            int to = from + random.nextInt(bars.length() - from + 1);
            int shortest = 1 + random.nextInt(8);
            var found = new TreeSet<Integer>();
            bars.index().visit(from, to, shortest, found::add);
            for (int step = 1; step <= bars.length(); step++) {
                boolean touches = bars.isCall(step) && step <= to && bars.end(step) >= from;
                if (touches && bars.end(step) - step + 1 >= shortest) {
                    assertThat(found)
                            .as("%d to %d at least %d, seed %d", from, to, shortest, seed)
                            .contains(step);
                }
                if (!touches) {
                    assertThat(found).doesNotContain(step);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void densityCountsEveryEventOnce(long seed) {
        var tree = new Tree(seed);
        CallBars bars = CallBars.of(tree.machine.finish());
        double sum = 0;
        for (Lane lane : LANES) {
            for (double from = 0; from < bars.length() + 1; from += 7.3) {
                sum += bars.density().count(lane, from, from + 7.3);
            }
        }
        assertThat(sum).isCloseTo(bars.length(), offset(1e-6));
    }
}
