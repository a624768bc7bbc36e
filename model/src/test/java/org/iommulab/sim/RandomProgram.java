package org.iommulab.sim;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.memory.PhysicalMemory;

/**
 * A seeded program over everything that the engine journals: cells, pointers, lists, overlapping memory writes, new
 * objects, nested calls and steps with many changes. Notes the digest of the state at each step while it runs.
 */
public final class RandomProgram {
    private static final Term NUMBER = Term.count("number");
    private static final Term FLAG = Term.flag("flag");
    private static final Term POINTER = Term.reference("pointer");
    private static final Term POKE = Term.hex("poke");
    private static final Term WORK = Term.function("work", "random.c");
    private static final long BASE = 0x4000_0000L;

    /** The digest of a machine before anything happened. */
    public static final long EMPTY = Machine.unrecorded().fullDigest();

    /** What the program itself knows, to be brought back with a cut. */
    public record Mark(int step, int things) {}

    private final Machine machine;
    private final PhysicalMemory memory;
    private final List<Thing> things = new ArrayList<>();
    private Random random;
    private long[] digests = new long[1024];
    private int noted;

    private static final class Thing extends SimObject {
        final LongCell number = new LongCell(this, Lane.CORE, NUMBER);
        final FlagCell flag = new FlagCell(this, Lane.DRIVER, FLAG);
        final RefCell<Thing> pointer = new RefCell<>(this, Lane.CORE, POINTER, Thing.class);
        final RefList<Thing> list = new RefList<>(this, Thing.class);

        Thing(Machine machine) {
            super(machine);
        }

        @Override
        public String label() {
            return "thing " + id();
        }
    }

    public RandomProgram(Machine machine, long seed) {
        this.machine = machine;
        this.random = new Random(seed);
        machine.keepDigest();
        memory = new PhysicalMemory(machine, BASE, 1 << 17);
        things.add(new Thing(machine));
    }

    /** A recorded run until there are at least so many steps. */
    public static RandomProgram ofSteps(int steps, long seed) {
        var program = new RandomProgram(Machine.recording(), seed);
        program.runTo(steps);
        return program;
    }

    public void runTo(int steps) {
        while (machine.steps() < steps) {
            action();
        }
        note();
    }

    public void actions(int count) {
        for (int i = 0; i < count; i++) {
            action();
        }
        note();
    }

    /** From now on another program. */
    public void reseed(long seed) {
        random = new Random(seed);
    }

    public Mark mark() {
        return new Mark(machine.steps(), things.size());
    }

    /** Forgets what came after the mark; the recording is cut by somebody else. */
    public void forget(Mark mark) {
        things.subList(mark.things(), things.size()).clear();
        noted = mark.step();
    }

    public Machine machine() {
        return machine;
    }

    public Recording recording() {
        return machine.finish();
    }

    /** The digest of the state at a step, as it was while the program ran. */
    public long digestAt(int step) {
        return step == 0 ? EMPTY : digests[step];
    }

    public byte[] bytes() {
        var out = new ByteArrayOutputStream();
        try {
            recording().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** One action, which no call encloses; its last change has an event. */
    private void action() {
        operation(0);
        emit();
    }

    private void operation(int depth) {
        switch (random.nextInt(16)) {
            case 0, 1 -> any().number.set(random.nextInt(4));
            case 2 -> any().number.setQuietly(random.nextLong());
            case 3 -> any().flag.set(random.nextBoolean());
            case 4 -> any().pointer.set(Optional.of(any()));
            case 5 -> any().pointer.setNull();
            case 6 -> any().list.add(any());
            case 7 -> any().list.remove(any());
            case 8 -> rarely(() -> any().list.clear());
            case 9 -> rarely(() -> things.add(new Thing(machine)));
            case 10, 11 -> memory.write32(address(), random.nextInt());
            case 12 -> memory.write64(address(), random.nextLong());
            case 13 -> rarely(this::manyWords);
            case 14 -> rarely(this::manyChanges);
            default -> {
                if (depth < 4) {
                    machine.run(Lane.CORE, WORK, any(), 1, 2, () -> inside(depth + 1));
                }
            }
        }
        note();
    }

    private void inside(int depth) {
        note();
        for (int count = random.nextInt(4); count >= 0; count--) {
            operation(depth);
        }
    }

    /** Clears some words that are often written, or fills some that seldom are. */
    private void manyWords() {
        if (random.nextBoolean()) {
            memory.clear(BASE + 8 * random.nextInt(8), 8 * random.nextInt(8));
        } else {
            memory.fill32(BASE + 4096 + 8 * random.nextInt(1024), 8 * random.nextInt(100), random.nextInt());
        }
    }

    private void rarely(Runnable work) {
        if (random.nextInt(40) == 0) {
            work.run();
        }
    }

    /** More than the event's own counter can hold, or just as many. */
    private void manyChanges() {
        int count = 250 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            any().number.setQuietly(random.nextLong());
        }
        emit();
    }

    private void emit() {
        machine.emit(EventKind.TABLE_WRITE, Lane.DRIVER, POKE, any(), random.nextInt(), random.nextLong());
        note();
    }

    private Thing any() {
        return things.get(random.nextInt(things.size()));
    }

    /** Mostly within 128 bytes, so that writes overlap; sometimes anywhere. */
    private long address() {
        return BASE + 4L * (random.nextInt(50) == 0 ? random.nextInt((1 << 15) - 2) : random.nextInt(32));
    }

    private void note() {
        int step = machine.steps();
        if (step >= digests.length) {
            digests = Arrays.copyOf(digests, 2 * digests.length);
        }
        if (step == noted + 1) {
            digests[step] = machine.digest();
            noted = step;
        } else if (step != noted) {
            throw new IllegalStateException("step " + (noted + 1) + " was not noted");
        }
    }

    /** The state after the run, with changes that no event followed: they belong to the last step. */
    public void noteEnd() {
        digests[machine.steps()] = machine.digest();
    }

    /** Changes state without an event. */
    public void changeQuietly() {
        any().number.setQuietly(random.nextLong());
        memory.write32(address(), random.nextInt());
    }
}
