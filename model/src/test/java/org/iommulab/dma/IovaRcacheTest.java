package org.iommulab.dma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

class IovaRcacheTest {
    private static final long ANY = Long.MAX_VALUE;

    private final List<Long> freed = new ArrayList<>();

    private Kernel kernel(String version) {
        return new Kernel(Machine.unrecorded(), KernelSpec.parse(version), Map.of());
    }

    private IovaRcache cache(Kernel kernel) {
        return new IovaRcache(kernel, 1, freed::add);
    }

    private static void insert(IovaRcache cache, int first, int count) {
        for (int page = first; page < first + count; page++) {
            cache.insert(page);
        }
    }

    @Test
    void theLastThatCameBackGoesOutFirst() {
        IovaRcache cache = cache(kernel("6.2"));
        insert(cache, 1, 200);
        for (int page = 200; page >= 1; page--) {
            assertThat(cache.get(ANY)).isEqualTo(page);
        }
        assertThat(cache.get(ANY)).isZero();
    }

    @Test
    void aFullMagazineInTheDepotComesAfterBothOfTheCpu() {
        IovaRcache cache = cache(kernel("6.2"));
        insert(cache, 1, 2 * IovaMagazine.MOST + 1);
        assertThat(cache.get(ANY)).isEqualTo(255);
        assertThat(cache.get(ANY)).isEqualTo(127);
        for (int page = 126; page >= 1; page--) {
            assertThat(cache.get(ANY)).isEqualTo(page);
        }
        assertThat(cache.get(ANY))
                .as("the one that was full first when both were")
                .isEqualTo(254);
    }

    @Test
    void anEntryAboveTheLimitIsPassedOverAndTheNewestTakesThePlaceOfWhatWasTaken() {
        IovaRcache cache = cache(kernel("6.2"));
        cache.insert(10);
        cache.insert(20);
        cache.insert(500);
        assertThat(cache.get(100)).isEqualTo(20);
        assertThat(cache.get(100)).isEqualTo(10);
        assertThat(cache.get(100)).isZero();
        assertThat(cache.get(ANY)).isEqualTo(500);
    }

    @Test
    void onlyOneMagazineIsLookedAt() {
        IovaRcache cache = cache(kernel("6.2"));
        insert(cache, 1, IovaMagazine.MOST);
        cache.insert(500);
        assertThat(cache.get(200)).as("1 to 127 are in the other magazine").isZero();
        assertThat(cache.get(ANY)).isEqualTo(500);
        assertThat(cache.get(200)).isEqualTo(127);
    }

    @Test
    void theDepotHoldsThirtyTwoMagazinesUpTo66() {
        IovaRcache cache = cache(kernel("6.4"));
        insert(cache, 1, 34 * IovaMagazine.MOST);
        assertThat(cache.depotSize()).isEqualTo(32);
        assertThat(freed).isEmpty();
        cache.insert(99_999);
        assertThat(cache.depotSize()).isEqualTo(32);
        assertThat(freed).hasSize(IovaMagazine.MOST);
    }

    @Test
    void theDepotHasNoLimitButIsTrimmedEvery100MsFrom67() {
        Kernel kernel = kernel("6.7");
        IovaRcache cache = cache(kernel);
        insert(cache, 1, 37 * IovaMagazine.MOST);
        assertThat(cache.depotSize()).isEqualTo(35);
        kernel.timers().advance(99);
        assertThat(cache.depotSize()).isEqualTo(35);
        kernel.timers().advance(101);
        assertThat(cache.depotSize()).isEqualTo(33);
        assertThat(freed).hasSize(2 * IovaMagazine.MOST);
        kernel.timers().advance(10_000);
        assertThat(cache.depotSize()).as("as many stay as there are CPUs").isEqualTo(1);
    }

    @Test
    void everythingCanBeGivenBackToTheTree() {
        IovaRcache cache = cache(kernel("6.2"));
        insert(cache, 1, 400);
        cache.freeOfCpu();
        cache.freeOfDepot();
        assertThat(freed).hasSize(400).doesNotHaveDuplicates();
        assertThat(cache.get(ANY)).isZero();
        cache.insert(7);
        assertThat(cache.get(ANY)).isEqualTo(7);
    }
}
