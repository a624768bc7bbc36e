package org.iommulab.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Copies of the whole state, made by the way while a cursor passes. Bounded in number and in bytes: when there are too
 * many, every second one goes and the distance between them doubles.
 */
final class Checkpoints {
    private static final int SPACING = 1 << 16;
    private static final int MOST = 64;
    private static final long MOST_BYTES = 64L << 20;

    private final List<Checkpoint> kept = new ArrayList<>();
    private int spacing = SPACING;

    /** The checkpoint from which {@code to} is reached sooner than from {@code from}, if there is one. */
    Optional<Checkpoint> nearer(int from, int to) {
        Optional<Checkpoint> best = Optional.empty();
        int distance = Math.abs(to - from);
        for (Checkpoint checkpoint : kept) {
            // Bringing a copy back costs about as much as a piece of the way.
            int far = Math.abs(checkpoint.step() - to) + spacing / 8;
            if (far < distance) {
                distance = far;
                best = Optional.of(checkpoint);
            }
        }
        return best;
    }

    /** Where to stop on the way from one step to another, because a checkpoint is due there; or the target. */
    int stop(int from, int to) {
        return from < to
                ? (int) Math.min(to, (from / spacing + 1L) * spacing)
                : Math.max(to, (from - 1) / spacing * spacing);
    }

    /** The machine stands at this step: keeps a copy when one is due and there is room for it. */
    void offer(int step, Machine machine) {
        if (step % spacing != 0 || step == 0 || kept.stream().anyMatch(one -> one.step() == step)) {
            return;
        }
        long bytes = machine.checkpointBytes();
        if (bytes > MOST_BYTES) {
            return;
        }
        kept.add(machine.checkpoint(step));
        while (kept.size() > MOST || bytes() > MOST_BYTES) {
            spacing *= 2;
            kept.removeIf(one -> one.step() % spacing != 0);
        }
    }

    /** Forgets the copies of steps after this one. */
    void cut(int step) {
        kept.removeIf(one -> one.step() > step);
    }

    int size() {
        return kept.size();
    }

    long bytes() {
        return kept.stream().mapToLong(Checkpoint::bytes).sum();
    }

    int spacing() {
        return spacing;
    }

    /** Starts again with another distance. For tests, and after a change of what the state consists of. */
    void clear(int newSpacing) {
        kept.clear();
        spacing = newSpacing;
    }
}
