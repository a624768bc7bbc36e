package org.iommulab.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
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

class PhysicalMemoryTest {
    private static final long BASE = 0x4000_0000L;
    private static final long SIZE = 1L << 30;
    private static final Term POKE = Term.hex("poke");

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, BASE, SIZE);

    @Test
    void bytesAreLittleEndian() {
        memory.write64(BASE, 0x1122_3344_5566_7788L);
        assertThat(memory.read32(BASE)).isEqualTo(0x5566_7788);
        assertThat(memory.read32(BASE + 4)).isEqualTo(0x1122_3344);
        memory.write32(BASE + 4, 0x99aa_bbcc);
        assertThat(memory.read64(BASE)).isEqualTo(0x99aa_bbcc_5566_7788L);
    }

    @Test
    void endsWhereItsSizeSays() {
        var small = new PhysicalMemory(machine, BASE, 4096);
        small.write64(BASE + 4088, 5);
        small.write32(BASE + 4092, 6);
        assertThat(small.contains(BASE, 4096)).isTrue();
        assertThat(small.contains(BASE, 4097)).isFalse();
        assertThat(small.contains(BASE - 1, 1)).isFalse();
        assertThat(small.contains(BASE + 4096, 0)).isTrue();
        assertThat(small.contains(BASE + 4, Long.MAX_VALUE)).isFalse();
        assertThat(small.contains(Long.MIN_VALUE, 1)).isFalse();
        assertOutside(() -> small.read32(BASE - 4));
        assertOutside(() -> small.read64(BASE + 4092));
        assertOutside(() -> small.write32(BASE + 4096, 1));
        assertOutside(() -> small.write64(-8, 1));
    }

    private static void assertOutside(Runnable access) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(access::run)
                .withMessageContaining("no RAM at 0x");
    }

    @Test
    void addressesMustBeMultiplesOfFour() {
        for (int odd = 1; odd < 4; odd++) {
            long address = BASE + odd;
            assertThatIllegalArgumentException().isThrownBy(() -> memory.read32(address));
            assertThatIllegalArgumentException().isThrownBy(() -> memory.write64(address, 1));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> memory.clear(BASE + 4, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> memory.clear(BASE, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> new PhysicalMemory(machine, 4, 8));
    }

    @Test
    void readingWhatWasNeverWrittenTakesNoRoom() {
        long before = memory.words();
        assertThat(memory.read64(BASE + SIZE - 8)).isZero();
        assertThat(memory.read32(BASE + SIZE - 4)).isZero();
        assertThat(memory.words()).isEqualTo(before);
        memory.write32(BASE + 8 * before - 4, 7);
        assertThat(memory.read64(BASE + 8 * before - 4))
                .as("across the end of what takes room")
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000, 100_004, 65_532, 16_380, 1_000_000})
    void aWriteFarAwayGrowsTheMemoryByWholeWords(long offset) {
        // Seen: an index out of bounds from the digest of a 32-bit write at offset 100,000.
        // Why: the memory grew just to the end of the write, in the middle of a 64-bit word.
        machine.keepDigest();
        memory.write32(BASE + offset, -1);
        assertThat(machine.digest()).isEqualTo(machine.fullDigest());
        assertThat(memory.read32(BASE + offset)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {70_001, 70_004, 65_536})
    void growsToTheLimitAndNotFurther(long limit) {
        var bounded = new Machine(true, new Limits(1000, 1000, 10, limit));
        var ram = new PhysicalMemory(bounded, BASE, SIZE);
        long last = BASE + (limit & -8) - 8;
        ram.write64(last, 9);
        assertThatExceptionOfType(LimitReached.class).isThrownBy(() -> ram.write64(last + 8, 9));
        assertThat(ram.read64(last)).isEqualTo(9);
        assertThat(ram.read64(last + 8)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overlappingWritesAreThoseOfAPlainMap(boolean recorded) {
        var own = new Machine(recorded, Limits.USUAL);
        var ram = new PhysicalMemory(own, BASE, SIZE);
        if (recorded) {
            own.keepDigest();
        }
        Map<Long, Integer> expected = new HashMap<>();
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            long address = BASE + 4L * random.nextInt(64) + (random.nextInt(20) == 0 ? 50_000 : 0);
            switch (random.nextInt(8)) {
                case 0 -> {
                    ram.clear(address & -8, 16);
                    for (int at = 0; at < 16; at += 4) {
                        expected.put((address & -8) + at, 0);
                    }
                }
                case 1, 2, 3 -> {
                    int value = random.nextInt(3);
                    ram.write32(address, value);
                    expected.put(address, value);
                }
                default -> {
                    long value = random.nextLong();
                    ram.write64(address, value);
                    expected.put(address, (int) value);
                    expected.put(address + 4, (int) (value >>> 32));
                }
            }
            assertThat(ram.read64(address))
                    .isEqualTo(expected.getOrDefault(address, 0) & 0xffff_ffffL
                            | (long) expected.getOrDefault(address + 4, 0) << 32);
        }
        expected.forEach((address, value) -> assertThat(ram.read32(address)).isEqualTo(value));
        if (recorded) {
            assertThat(own.digest()).isEqualTo(own.fullDigest());
        }
    }

    @Test
    void aFillOfAFreshRangeIsOneChange() {
        machine.keepDigest();
        memory.fill32(BASE + 8192, 16384, 0xa1b2_c3d4);
        machine.emit(EventKind.MEMORY, Lane.DRIVER, POKE, 0, BASE + 8192, 16384);
        int changes = machine.finish().changes();
        memory.fill32(BASE + 8192, 16, 7);
        machine.emit(EventKind.MEMORY, Lane.DRIVER, POKE, 0, BASE + 8192, 16);
        assertThat(machine.finish().changes()).as("not fresh: word by word").isEqualTo(changes + 4);

        long digest = machine.digest();
        assertThat(machine.fullDigest()).isEqualTo(digest);
        var cursor = new Cursor(machine.finish());
        cursor.go(1);
        assertThat(memory.read64(BASE + 8192)).isEqualTo(0xa1b2_c3d4_a1b2_c3d4L);
        assertThat(memory.read32(BASE + 8192 + 16384)).isZero();
        assertThat(machine.digest()).isEqualTo(machine.fullDigest());
        cursor.first();
        assertThat(memory.read64(BASE + 8192 + 16384 - 8)).isZero();
        cursor.last();
        assertThat(machine.fullDigest()).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runsAreStoresOneAfterTheOther(boolean recorded) {
        var own = new Machine(recorded, Limits.USUAL);
        var ram = new PhysicalMemory(own, BASE, SIZE);
        int wide = ram.offset(BASE + 64, 64);
        int narrow = ram.offset(BASE + 260, 64);

        ram.storeRun64(wide, 4, 0x1_0000_0003L, 0x1000);
        ram.storeRun32(narrow, 3, 0x7fff_f002, 0x1000);
        ram.storeRun32(narrow, 0, 1, 1);

        assertThat(ram.read64(BASE + 64 + 24)).isEqualTo(0x1_0000_3003L);
        assertThat(ram.read64(BASE + 64 + 32)).isZero();
        assertThat(ram.read32(BASE + 260)).isEqualTo(0x7fff_f002);
        assertThat(ram.read32(BASE + 268)).isEqualTo(0x8000_1002);
        assertThat(ram.allMatch64(wide, 4, 0xfff, 3)).isTrue();
        assertThat(ram.allMatch64(wide, 5, 0xfff, 3)).isFalse();
        assertThat(ram.allMatch32(narrow, 3, 3, 2)).isTrue();
        assertThat(ram.allMatch32(narrow, 4, 3, 2)).isFalse();
        if (recorded) {
            own.emit(EventKind.DATA, Lane.DRIVER, POKE, 0, 0, 0);
            new Cursor(own.finish()).first();
            assertThat(ram.isZero(wide, 64) && ram.isZero(narrow, 64)).isTrue();
        }
    }

    @Test
    void aRangeIsZeroWhenAllOfItIs() {
        memory.offset(BASE, 64);
        for (int word = 0; word < 16; word++) {
            memory.write32(BASE + 4 * word, 1 << word);
            for (int from = 0; from <= 16; from++) {
                for (int to = from; to <= 16; to++) {
                    assertThat(memory.isZero(4 * from, 4 * (to - from)))
                            .as("word %d in %d to %d", word, from, to)
                            .isEqualTo(word < from || word >= to);
                }
            }
            memory.write32(BASE + 4 * word, 0);
        }
    }

    @Test
    void generationRisesForEverybodyButTheOwnerOfATable() {
        int offset = memory.offset(BASE + 64, 8);
        int before = memory.generation();
        memory.store32(offset, 1);
        memory.store64(offset, 2);
        memory.read64(BASE + 64);
        memory.clear(BASE + 512, 64);
        assertThat(memory.generation())
                .as("own stores, reads, clearing what is clear")
                .isEqualTo(before);

        assertRises(() -> memory.write32(BASE, 1));
        assertRises(() -> memory.write64(BASE, 2));
        assertRises(() -> memory.clear(BASE, 8));
        assertRises(memory::raiseGeneration);
        machine.emit(EventKind.DATA, Lane.DMA, POKE, 0, 0, 0);
        var cursor = new Cursor(machine.finish());
        assertRises(cursor::first);
        assertRises(cursor::last);
    }

    private void assertRises(Runnable change) {
        int before = memory.generation();
        change.run();
        assertThat(memory.generation()).isNotEqualTo(before);
    }

    @Test
    void copyBringsEverythingBack() {
        memory.write64(BASE + 8, 1);
        Object copy = memory.copy();
        long digest = machine.fullDigest();
        memory.write64(BASE + 8, 2);
        memory.write64(BASE + 400_000, 3);
        memory.restore(copy);
        assertThat(machine.fullDigest()).isEqualTo(digest);
        assertThat(memory.read64(BASE + 400_000)).isZero();
    }

    @Test
    void twoBanksWithTheSameContentAreToldApart() {
        var first = Machine.recording();
        var a = new PhysicalMemory(first, BASE, SIZE);
        new PhysicalMemory(first, BASE + SIZE, SIZE);
        var second = Machine.recording();
        new PhysicalMemory(second, BASE, SIZE);
        var b = new PhysicalMemory(second, BASE + SIZE, SIZE);
        a.write32(BASE, 1);
        b.write32(BASE + SIZE, 1);
        assertThat(first.fullDigest()).isNotEqualTo(second.fullDigest());
    }
}
