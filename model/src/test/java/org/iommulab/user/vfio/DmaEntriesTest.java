package org.iommulab.user.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.iommulab.core.ResvRegion;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The container's mappings and ranges as data, against sorted maps and sets of pages. */
class DmaEntriesTest {
    private static final long PAGE = 0x1000;
    private static final int PAGES = 64;

    @RepeatedTest(20)
    void likeASortedMap(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var entries = new DmaEntries(Machine.unrecorded());
        var expected = new TreeMap<Long, Long>(Long::compareUnsigned);
        Map<Long, Integer> nodes = new TreeMap<>(Long::compareUnsigned);
        for (int i = 0; i < 400; i++) {
            long start = page(random);
            long size = PAGE * (1 + random.nextInt(4));
            int found = entries.find(start, size);
            List<Long> overlapping = overlapping(expected, start, size);
            assertThat(found != 0).isEqualTo(!overlapping.isEmpty());
            int first = entries.findFirst(start, size);
            assertThat(first == 0 ? List.<Long>of() : List.of(entries.iova(first)))
                    .isEqualTo(overlapping.stream().limit(1).toList());
            if (found == 0) {
                int node = entries.link(start, start ^ 0x7f, 3);
                entries.setSize(node, size);
                expected.put(start, size);
                nodes.put(start, node);
            } else if (random.nextBoolean()) {
                long gone = entries.iova(found);
                entries.unlink(found);
                expected.remove(gone);
                nodes.remove(gone);
            }
            check(entries, expected);
        }
    }

    // half of them high up, where addresses are negative numbers
    private static long page(Random random) {
        long low = PAGE * random.nextInt(PAGES);
        return random.nextBoolean() ? low : 0xffff_0000_0000_0000L + low;
    }

    private static List<Long> overlapping(TreeMap<Long, Long> entries, long start, long size) {
        return entries.entrySet().stream()
                .filter(e -> Long.compareUnsigned(e.getKey(), start + size) < 0
                        && Long.compareUnsigned(start, e.getKey() + e.getValue()) < 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static void check(DmaEntries entries, TreeMap<Long, Long> expected) {
        var forward = new ArrayList<Long>();
        int last = 0;
        for (int node = entries.first(); node != 0; node = entries.next(node)) {
            forward.add(entries.iova(node));
            assertThat(entries.size(node)).isEqualTo(expected.get(entries.iova(node)));
            assertThat(entries.previous(node)).isEqualTo(last);
            last = node;
        }
        assertThat(forward).containsExactlyElementsOf(expected.keySet());
    }

    /** It ends where numbers begin again: nobody who looks for what is there finds it, as in the kernel. */
    @Test
    void theLastPageOfAll() {
        var entries = new DmaEntries(Machine.unrecorded());
        int last = entries.link(-PAGE, 0, 3);
        entries.setSize(last, PAGE);
        assertThat(entries.find(-PAGE, PAGE)).isZero();
        assertThat(entries.findFirst(0, -1)).isZero();
        int low = entries.link(PAGE, 0, 3);
        entries.setSize(low, PAGE);
        assertThat(entries.findFirst(0, -1)).isEqualTo(low);
        assertThat(entries.next(low)).isEqualTo(last);
        entries.unlink(low);
        assertThat(entries.first()).isEqualTo(last);
    }

    @RepeatedTest(20)
    void rangesWithoutRegions(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        List<IovaRange> ranges = List.of(new IovaRange(0, PAGES - 1));
        var free = new boolean[PAGES];
        java.util.Arrays.fill(free, true);
        for (int i = 0; i < 6 && !ranges.isEmpty(); i++) {
            int start = random.nextInt(PAGES);
            int length = 1 + random.nextInt(12);
            ResvRegion.Type type = ResvRegion.Type.values()[random.nextInt(5)];
            ranges = IovaRanges.exclude(ranges, List.of(new ResvRegion(start, length, 0, type)));
            for (int at = start; at < Math.min(start + length, PAGES); at++) {
                free[at] &= type == ResvRegion.Type.DIRECT_RELAXABLE;
            }
        }
        for (int at = 0; at < PAGES; at++) {
            long address = at;
            assertThat(ranges.stream().anyMatch(r -> r.holds(address, address))).isEqualTo(free[at]);
        }
        assertThat(ranges).isSortedAccordingTo((a, b) -> Long.compareUnsigned(a.start(), b.start()));
        var stored = new IovaRanges(Machine.unrecorded());
        stored.set(ranges);
        assertThat(stored.toList()).isEqualTo(ranges);
    }

    @Test
    void anApertureCuts() {
        var ranges = List.of(new IovaRange(0, 9), new IovaRange(20, 29), new IovaRange(40, -1));
        assertThat(IovaRanges.cut(ranges, new IovaRange(5, 45)))
                .containsExactly(new IovaRange(5, 9), new IovaRange(20, 29), new IovaRange(40, 45));
        assertThat(IovaRanges.cut(ranges, new IovaRange(15, 25))).containsExactly(new IovaRange(20, 25));
        assertThat(IovaRanges.cut(List.of(), new IovaRange(1, 2))).containsExactly(new IovaRange(1, 2));
    }
}
