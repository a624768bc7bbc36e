package org.iommulab.pagetable;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cache may forget, but what it says is what it was told. */
class LeafTableCacheTest {
    private static final int KEY_SHIFT = 20;
    private static final int TABLE_BYTES = 0x400;

    private final PhysicalMemory memory = new PhysicalMemory(Machine.unrecorded(), 0x8000_0000L, 1 << 20);

    // input address bits | how many slots may be fought for
    @ParameterizedTest
    @CsvSource({"32, false", "30, false", "36, true", "48, true"})
    void itAnswersWhatItWasTold(int inputBits, boolean forgets) {
        var cache = LeafTableCache.of(memory, KEY_SHIFT, inputBits - KEY_SHIFT);
        var told = new HashMap<Long, Integer>();
        var random = new Random(20_261_128);
        for (int i = 0; i < 3000; i++) {
            long key = random.nextLong(1L << inputBits - KEY_SHIFT);
            told.put(key, i * TABLE_BYTES);
            cache.remember(key << KEY_SHIFT, i * TABLE_BYTES);
        }
        int known = 0;
        for (Map.Entry<Long, Integer> table : told.entrySet()) {
            int answer = cache.find((table.getKey() << KEY_SHIFT) + random.nextInt(1 << KEY_SHIFT));
            assertThat(answer).isIn(table.getValue(), LeafTableCache.UNKNOWN);
            known += answer == LeafTableCache.UNKNOWN ? 0 : 1;
        }
        assertThat(known < told.size()).isEqualTo(forgets);
        assertThat(known).isPositive();
    }

    @Test
    void whatAllTablesIgnoreIsIgnored() {
        var cache = LeafTableCache.of(memory, KEY_SHIFT, 12);
        cache.remember(0x1_2340_0000L, TABLE_BYTES);
        assertThat(cache).isInstanceOf(LeafTablePlaces.class);
        assertThat(cache.find(0x2340_0fffL)).isEqualTo(TABLE_BYTES);
        assertThat(cache.find(0x1_2350_0000L)).isEqualTo(LeafTableCache.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"12", "28"})
    void itForgetsWhenSomebodyElseWrites(int keyBits) {
        var cache = LeafTableCache.of(memory, KEY_SHIFT, keyBits);
        for (int round = 1; round < 3; round++) {
            cache.remember(0x2340_0000L, round * TABLE_BYTES);
            assertThat(cache.find(0x2340_0000L)).isEqualTo(round * TABLE_BYTES);
            memory.write32(0x8000_0000L, round);
            assertThat(cache.find(0x2340_0000L)).isEqualTo(LeafTableCache.UNKNOWN);
        }
    }
}
