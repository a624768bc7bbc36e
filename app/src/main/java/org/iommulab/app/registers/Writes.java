package org.iommulab.app.registers;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/** The steps at which the CPU wrote a register or a table entry. */
final class Writes {
    private final int[] steps;

    private Writes(int[] steps) {
        this.steps = steps;
    }

    static Writes of(Recording recording) {
        int[] steps = new int[64];
        int count = 0;
        for (int step = 1; step <= recording.length(); step++) {
            EventKind kind = recording.kind(step);
            if (kind == EventKind.REGISTER_WRITE || kind == EventKind.TABLE_WRITE) {
                if (count == steps.length) {
                    steps = Arrays.copyOf(steps, 2 * count);
                }
                steps[count++] = step;
            }
        }
        return new Writes(Arrays.copyOf(steps, count));
    }

    /** Those up to a step, newest first; a view, not a copy. */
    List<Integer> upTo(int step) {
        int at = Arrays.binarySearch(steps, step);
        int count = at >= 0 ? at + 1 : -at - 1;
        return new AbstractList<>() {
            @Override
            public Integer get(int index) {
                return steps[count - 1 - Objects.checkIndex(index, count)];
            }

            @Override
            public int size() {
                return count;
            }
        };
    }
}
