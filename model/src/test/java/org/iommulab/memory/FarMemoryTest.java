package org.iommulab.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Term;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words far above everything else, which are kept in pieces of their own. */
class FarMemoryTest {
    private static final long BASE = 0x4000_0000L;
    private static final long SIZE = 1L << 30;
    private static final long FAR = 64 << 20;
    private static final Term POKE = Term.hex("poke");

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, BASE, SIZE);

    @Test
    void aWordFarAwayTakesLittleAndStaysWhenATableComesNear() {
        machine.keepDigest();
        long far = BASE + FAR;
        memory.write64(far + 4, 0x1122_3344_5566_7788L);
        assertThat(memory.read64(far + 4)).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(memory.read32(far + 8)).isEqualTo(0x1122_3344);
        assertThat(machine.digest()).isEqualTo(machine.fullDigest());
        Object copy = memory.copy();

        int offset = memory.offset(far, 16);
        assertThat(memory.load32(offset + 4)).isEqualTo(0x5566_7788);
        assertThat(machine.digest()).isEqualTo(machine.fullDigest());
        memory.write32(far + 4, 1);
        memory.write32(far + 0x10_0000, 2);
        memory.restore(copy);
        assertThat(memory.read64(far + 4)).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(memory.read32(far + 0x10_0000)).isZero();
    }

    @Test
    void whereArrayAndPieceMeetACopyKeepsBoth() {
        // Seen: a page table of zeros after a jump.
        // Why: the piece began below the end of the array and its zeros were put over the array's words.
        long end = BASE + FAR + 0x1000;
        memory.write32(end + 0x800, 2);
        memory.store32(memory.offset(end - 8, 8), 1);
        Object copy = memory.copy();
        memory.write32(end - 8, 3);
        memory.write32(end + 0x800, 4);
        memory.restore(copy);
        assertThat(memory.read32(end - 8)).isEqualTo(1);
        assertThat(memory.read32(end + 0x800)).isEqualTo(2);
    }

    @Test
    void whatIsFarAwayIsUndoneAndClearedToo() {
        long far = BASE + FAR;
        memory.write32(far, 7);
        memory.clear(far - 8, 32);
        assertThat(memory.read32(far)).isZero();
        memory.flip((int) (FAR >>> 3), 5);
        assertThat(memory.word((int) (FAR >>> 3))).isEqualTo(5);
        assertThat(memory.nextUsed(0)).isEqualTo((int) (FAR >>> 3));
    }

    /** Array and pieces together are what a plain map of words is, whatever grows between, forwards and backwards. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nobodyCanTellWhereAWordIsKept(long seed) {
        var random = new Random(seed);
        var own = Machine.recording();
        own.keepDigest();
        var ram = new PhysicalMemory(own, BASE, SIZE);
        long from = BASE + (1 << 20);
        var expected = new TreeMap<Long, Integer>();
        var states = new ArrayList<TreeMap<Long, Integer>>();
        Object copy = ram.copy();
        var copied = new TreeMap<Long, Integer>();
        states.add(new TreeMap<>());
        for (int i = 0; i < 300; i++) {
            // in clusters, so that pieces, the end of the array and the places between them are all met
            long address = from + 0xc000L * random.nextInt(6) + 4L * random.nextInt(48);
            if (i == 100) {
                ram.offset(from + 2 * 0xc000 + 0x40, 4);
            }
            switch (random.nextInt(i < 200 ? 7 : 9)) {
                case 7 -> ram.offset(address, 4);
                case 8 -> {
                    long start = address & -8;
                    ram.clear(start, 64);
                    expected.subMap(start, start + 64).clear();
                }
                case 0 -> {
                    if (i < 50 + 25 * seed) {
                        copy = ram.copy();
                        copied = new TreeMap<>(expected);
                    }
                }
                case 1, 2, 3 -> {
                    ram.write32(address, i);
                    expected.put(address, i);
                }
                default -> {
                    ram.write64(address, (long) i << 32 | 7);
                    expected.put(address, 7);
                    expected.put(address + 4, i);
                }
            }
            own.emit(EventKind.MEMORY, Lane.DRIVER, POKE, 0, address, i);
            states.add(new TreeMap<>(expected));
            assertThat(own.digest()).isEqualTo(own.fullDigest());
        }
        var cursor = new Cursor(own.finish());
        for (int step : new int[] {300, 150, 0, 299, 7, 151, 300, 1, 0, 300}) {
            cursor.go(step);
            assertThat(wordsOf(ram, from)).as("at %d", step).isEqualTo(nonZero(states.get(step)));
            assertThat(own.digest()).isEqualTo(own.fullDigest());
        }
        ram.restore(copy);
        assertThat(wordsOf(ram, from)).isEqualTo(nonZero(copied));
    }

    private static TreeMap<Long, Integer> nonZero(TreeMap<Long, Integer> words) {
        var rest = new TreeMap<>(words);
        rest.values().removeIf(value -> value == 0);
        return rest;
    }

    private static TreeMap<Long, Integer> wordsOf(PhysicalMemory ram, long from) {
        var words = new TreeMap<Long, Integer>();
        for (long at = from; at < from + 6 * 0xc000; at += 4) {
            words.put(at, ram.read32(at));
        }
        return nonZero(words);
    }

    @Test
    void whatIsFarAwayCountsForTheLimitToo() {
        var own = new Machine(true, new Limits(20_000, 40_000, 100, 1 << 20));
        var ram = new PhysicalMemory(own, BASE, SIZE);
        int pieces = 0;
        try {
            for (; pieces < 100; pieces++) {
                ram.write32(BASE + (2 << 20) + 0x10000L * pieces, 1);
            }
        } catch (LimitReached e) {
            assertThat(pieces).isEqualTo(((1 << 20) - (1 << 14)) / (1 << 14));
            return;
        }
        throw new AssertionError("no limit");
    }
}
