package org.iommulab.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies of the whole state, made by the way while a cursor passes. Bounded in number and in bytes: when there are too
 * many, every second one goes and the distance between them doubles. The beginning needs no copy, and the end has one
 * only while the machine is away from it.
 *
 * <p>Plain loops: the first use of a stream would cost more than the jump.
 */
final class Checkpoints {
    private static final int SPACING = 1 << 16;
    private static final int MOST = 64;
    private static final long MOST_BYTES = 64L << 20;

    private final List<Checkpoint> kept = new ArrayList<>();
    private final Machine machine;
    private Optional<Checkpoint> end = Optional.empty();
    private int spacing = SPACING;

    Checkpoints(Machine machine) {
        this.machine = machine;
    }

    /** The checkpoint from which {@code to} is reached sooner than from {@code from}, if there is one. */
    Optional<Checkpoint> nearer(int from, int to) {
        Optional<Checkpoint> best = Optional.empty();
        int distance = Math.abs(to - from);
        for (Checkpoint one : all()) {
            // Bringing a copy back costs about as much as a piece of the way.
            int far = Math.abs(one.step() - to) + spacing / 8;
            if (far < distance) {
                distance = far;
                best = Optional.of(one);
            }
        }
        return best;
    }

    private List<Checkpoint> all() {
        var all = new ArrayList<>(kept);
        all.add(machine.start());
        end.ifPresent(all::add);
        return all;
    }

    /** The machine leaves the end for a step; when that is far away, a copy will bring it back. */
    void leaveEnd(int length, int to) {
        if (length - to > spacing && machine.checkpointBytes() <= MOST_BYTES) {
            end = Optional.of(machine.checkpoint(length));
        }
    }

    /** The machine is at the end again, and may go on. */
    void arriveAtEnd() {
        end = Optional.empty();
    }

    /** Where to stop on the way from one step to another, because a checkpoint is due there; or the target. */
    int stop(int from, int to) {
        return from < to
                ? (int) Math.min(to, (from / spacing + 1L) * spacing)
                : Math.max(to, (from - 1) / spacing * spacing);
    }

    /** The machine stands at this step, not the last: keeps a copy when one is due and there is room for it. */
    void offer(int step) {
        if (step % spacing != 0 || step == 0 || has(step) || machine.checkpointBytes() > MOST_BYTES) {
            return;
        }
        kept.add(machine.checkpoint(step));
        while (kept.size() > MOST || bytes() > MOST_BYTES) {
            spacing *= 2;
            kept.removeIf(one -> one.step() % spacing != 0);
        }
    }

    private boolean has(int step) {
        for (Checkpoint one : kept) {
            if (one.step() == step) {
                return true;
            }
        }
        return false;
    }

    /** Forgets the copies of steps after this one. */
    void cut(int step) {
        kept.removeIf(one -> one.step() > step);
        end = Optional.empty();
    }

    int size() {
        return kept.size();
    }

    long bytes() {
        long bytes = 0;
        for (Checkpoint one : kept) {
            bytes += one.bytes();
        }
        return bytes;
    }

    int spacing() {
        return spacing;
    }

    /** Starts again with another distance. For tests, and after a change of what the state consists of. */
    void clear(int newSpacing) {
        kept.clear();
        end = Optional.empty();
        spacing = newSpacing;
    }
}
