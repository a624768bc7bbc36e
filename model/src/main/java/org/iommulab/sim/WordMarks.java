package org.iommulab.sim;

import java.util.HashMap;
import java.util.Map;

/** Bits by place of a store's word: a page of them for all words of a page, as who looks at one looks at its neighbours. */
final class WordMarks {
    private static final int PAGE_SHIFT = 9;
    private static final int PAGE = 1 << PAGE_SHIFT;

    private final Map<Integer, long[]> pages = new HashMap<>();
    private int lastPage = -1;
    private long[] last = new long[0];

    void add(int place, long bits) {
        int page = place >>> PAGE_SHIFT;
        if (page != lastPage) {
            last = pages.computeIfAbsent(page, _ -> new long[PAGE]);
            lastPage = page;
        }
        last[place & PAGE - 1] |= bits;
    }

    long get(int place) {
        int page = place >>> PAGE_SHIFT;
        long[] marks = page == lastPage ? last : pages.get(page);
        return marks == null ? 0 : marks[place & PAGE - 1];
    }

    WordMarks copy() {
        var copy = new WordMarks();
        pages.forEach((page, marks) -> copy.pages.put(page, marks.clone()));
        return copy;
    }
}
