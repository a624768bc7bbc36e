package org.iommulab.app.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Machine;

/**
 * How long a jump to any step of a long recording takes: the first one, from the end to the middle (the farthest from
 * where a copy of the state is at hand), in a JVM that has never jumped; then random ones.
 */
final class Seek {
    static final int STEPS = 1_000_000;
    private static final int JUMPS = 10_000;
    private static final long SEED = 7;

    private Seek() {}

    static List<Row> measure(int steps) {
        var machine = Steps.run(Machine.recording(), steps);
        var cursor = new Cursor(machine.finish());
        double first = millis(cursor, steps / 2);
        var random = new Random(SEED);
        double[] jumps = new double[JUMPS];
        for (int i = 0; i < JUMPS; i++) {
            jumps[i] = millis(cursor, random.nextInt(cursor.recording().length() + 1));
        }
        Arrays.sort(jumps);
        var goal = Row.Goal.atMost(16);
        return List.of(
                new Row("seek (first)", first, "ms", goal),
                new Row("seek (p50)", jumps[JUMPS / 2], "ms", goal),
                new Row("seek (p99)", jumps[JUMPS * 99 / 100], "ms", goal),
                new Row("seek (worst)", jumps[JUMPS - 1], "ms", goal));
    }

    private static double millis(Cursor cursor, int step) {
        long start = System.nanoTime();
        cursor.go(step);
        return (System.nanoTime() - start) / 1e6;
    }
}
