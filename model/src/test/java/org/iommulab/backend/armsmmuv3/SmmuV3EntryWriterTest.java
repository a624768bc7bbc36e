package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No word-wise reader ever sees an entry that is neither the old nor the new, nor invalid. */
class SmmuV3EntryWriterTest {
    private static final long CONTEXTS = 0x4040_9000L;
    private static final long TABLE = 0x4050_0000L;

    /** An entry that writes down its syncs, and what was in it at each write. */
    private static final class Watched implements SmmuV3EntryWriter.Entry {
        private final long[] words;
        private final List<long[]> seen = new ArrayList<>();
        private final List<String> steps = new ArrayList<>();

        private Watched(SmmuV3Ste start) {
            this.words = words(start);
        }

        @Override
        public long word(int index) {
            return words[index];
        }

        @Override
        public void write(int index, long value) {
            words[index] = value;
            seen.add(words.clone());
            steps.add("w" + index);
        }

        @Override
        public long[] used(long[] entry) {
            return SmmuV3EntryWriter.usedOfStream(entry);
        }

        @Override
        public void sync() {
            steps.add("sync");
        }
    }

    private static long[] words(SmmuV3Ste ste) {
        return new long[] {ste.w0(), ste.w1(), ste.w2(), ste.w3()};
    }

    private static SmmuV3Ste one(long cdTable) {
        return new SmmuV3Ste(cdTable | 0xb, 0xd6, 0, 0);
    }

    private static SmmuV3Ste two(long table) {
        return new SmmuV3Ste(0xd, 0, 0x044c_3594_0000_0001L, table);
    }

    private static final SmmuV3Ste BYPASS = new SmmuV3Ste(9, SmmuV3Ste.SHCFG_INCOMING, 0, 0);

    private static List<SmmuV3Ste> entries() {
        return List.of(
                new SmmuV3Ste(0, 0, 0, 0),
                SmmuV3Entries.abort(),
                new SmmuV3Ste(9, 0, 0, 0),
                BYPASS,
                one(CONTEXTS),
                one(CONTEXTS + 0x1000),
                two(TABLE),
                two(TABLE + 0x1000));
    }

    /** What the unit makes of it: the bits that count. */
    private static String meaning(long[] entry) {
        long[] used = SmmuV3EntryWriter.usedOfStream(entry);
        var bits = new long[entry.length];
        Arrays.setAll(bits, i -> entry[i] & used[i]);
        return (entry[0] & 1) == 0 ? "not valid" : Arrays.toString(bits);
    }

    private static Stream<Arguments> changes() {
        return entries().stream().flatMap(from -> entries().stream().map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void whatTheUnitSeesIsOldOrNewOrNothing(SmmuV3Ste from, SmmuV3Ste to) {
        var entry = new Watched(from);
        SmmuV3EntryWriter.write(entry, words(to));
        assertThat(entry.words).isEqualTo(words(to));
        for (long[] seen : entry.seen) {
            assertThat(meaning(seen)).isIn(meaning(words(from)), meaning(words(to)), "not valid");
        }
        assertThat(entry.steps.isEmpty() ? "sync" : entry.steps.getLast()).isEqualTo("sync");
    }

    private static List<String> steps(SmmuV3Ste from, SmmuV3Ste to) {
        var entry = new Watched(from);
        SmmuV3EntryWriter.write(entry, words(to));
        return entry.steps;
    }

    @Test
    void whereOneWordDecidesThereIsNoGap() {
        assertThat(steps(SmmuV3Entries.abort(), one(CONTEXTS))).containsExactly("w1", "sync", "w0", "sync");
        assertThat(steps(one(CONTEXTS), SmmuV3Entries.abort())).containsExactly("w0", "sync", "w1", "sync");
        assertThat(steps(one(CONTEXTS), one(CONTEXTS + 0x1000))).containsExactly("w0", "sync");
        assertThat(steps(one(CONTEXTS), two(TABLE)))
                .as("the VMID is used by both")
                .contains("w0");
    }

    @Test
    void whereTwoWordsDecideItIsNotValidForAMoment() {
        var entry = new Watched(two(TABLE));
        SmmuV3EntryWriter.write(entry, words(new SmmuV3Ste(0xd, 0, 0x044c_3594_0000_0002L, TABLE + 0x1000)));
        assertThat(entry.steps).containsExactly("w0", "sync", "w2", "w3", "sync", "w0", "sync");
        assertThat(entry.seen.getFirst()[0]).isZero();
    }

    @Test
    void nothingIsWrittenWhereNothingChanges() {
        assertThat(steps(one(CONTEXTS), one(CONTEXTS))).isEmpty();
    }
}
