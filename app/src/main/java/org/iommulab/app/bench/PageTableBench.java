package org.iommulab.app.bench;

import java.util.Arrays;
import java.util.Locale;
import org.iommulab.app.bench.CTable.Column;
import org.iommulab.board.Registry;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;

/**
 * The measured JVM of {@link PageTableFigures}: one format, calls of one page or calls of many. 1 GiB is mapped with the smallest page, both addresses
 * ascending, into an empty table; looked up at random as often as it has pages; unmapped. Warm-up passes, then the median
 * of the timed ones. Nothing has recorded here, which would cost a nanosecond.
 */
public final class PageTableBench {
    private static final long BYTES = 1L << 30;
    private static final long FIRST_PA = 0x4000_0000L;
    private static final int WARM_UP = 60;
    private static final int PASSES = 15;
    private static final int MANY = 512;
    /** Of the warm-up: enough calls that the loops around them are compiled, too. */
    private static final int FEW = 16;

    /** The third argument: calls of one page each, or of many. */
    static final String ONE_PAGE = "one";

    static final String MANY_PAGES = "many";

    private PageTableBench() {}

    /** Of each column the median of the timed passes, then of each the fastest. */
    private static double[] measure(TimedFormat format, boolean many) {
        double[][] passes = new double[Column.values().length][WARM_UP + PASSES];
        for (double[] column : passes) {
            Arrays.fill(column, Double.NaN);
        }
        for (int pass = 0; pass < WARM_UP + PASSES; pass++) {
            Translation table = format.create();
            if (many) {
                int pages = pass < WARM_UP / 2 ? FEW : MANY;
                passes[Column.MAP_512.ordinal()][pass] = mapMany(table, format, pages);
                passes[Column.UNMAP_512.ordinal()][pass] = unmapMany(table, format, pages);
            } else {
                passes[Column.MAP.ordinal()][pass] = map(table, format);
                passes[Column.LOOKUP.ordinal()][pass] = lookUp(table, format);
                passes[Column.UNMAP.ordinal()][pass] = unmap(table, format);
            }
        }
        double[] times = new double[2 * passes.length];
        for (int i = 0; i < passes.length; i++) {
            double[] timed = Arrays.copyOfRange(passes[i], WARM_UP, WARM_UP + PASSES);
            Arrays.sort(timed);
            times[i] = timed[PASSES / 2];
            times[passes.length + i] = timed[0];
        }
        return times;
    }

    private static double perPage(long start, TimedFormat format) {
        long pages = BYTES / format.pageBytes();
        return (double) (System.nanoTime() - start) / pages;
    }

    private static void require(boolean right) {
        if (!right) {
            throw new IllegalStateException("the page table that is timed does not work");
        }
    }

    private static double map(Translation table, TimedFormat format) {
        long page = format.pageBytes();
        long first = format.firstIova();
        long start = System.nanoTime();
        long done = 0;
        for (long at = 0; at < BYTES; at += page) {
            done += table.map(first + at, FIRST_PA + at, page, 1, Prot.READ | Prot.WRITE);
        }
        double time = perPage(start, format);
        require(done == BYTES);
        return time;
    }

    private static double unmap(Translation table, TimedFormat format) {
        long page = format.pageBytes();
        long first = format.firstIova();
        long start = System.nanoTime();
        long done = 0;
        for (long at = 0; at < BYTES; at += page) {
            done += table.unmap(first + at, page, 1);
        }
        double time = perPage(start, format);
        require(done == BYTES);
        return time;
    }

    private static double mapMany(Translation table, TimedFormat format, int pages) {
        long first = format.firstIova();
        long start = System.nanoTime();
        long done = 0;
        while (done < BYTES) {
            long left = Math.min(pages, (BYTES - done) / format.pageBytes());
            long result = table.map(first + done, FIRST_PA + done, format.pageBytes(), left, Prot.READ | Prot.WRITE);
            require(Translation.errno(result) == 0 && result > 0);
            done += result;
        }
        return perPage(start, format);
    }

    private static double unmapMany(Translation table, TimedFormat format, int pages) {
        long first = format.firstIova();
        long start = System.nanoTime();
        long done = 0;
        while (done < BYTES) {
            long left = Math.min(pages, (BYTES - done) / format.pageBytes());
            long unmapped = table.unmap(first + done, format.pageBytes(), left);
            require(unmapped > 0);
            done += unmapped;
        }
        return perPage(start, format);
    }

    private static double lookUp(Translation table, TimedFormat format) {
        long lookups = BYTES / format.pageBytes();
        long first = format.firstIova();
        long random = 88172645463325252L;
        long sum = 0;
        long start = System.nanoTime();
        for (long i = 0; i < lookups; i++) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            long at = random & BYTES - 1;
            sum += table.translate(first + at) - at;
        }
        double time = perPage(start, format);
        require(sum == lookups * FIRST_PA);
        return time;
    }

    /**
     * Prints nanoseconds a page, one line for each column of the C table, NaN for what was not measured: the median of
     * each, then the fastest pass of each.
     */
    public static void main(String[] nameConfigAndCount) {
        TimedFormat format = Registry.timedFormats().stream()
                .filter(f ->
                        f.name().equals(nameConfigAndCount[0]) && f.config().equals(nameConfigAndCount[1]))
                .findFirst()
                .orElseThrow();
        for (double time : measure(format, nameConfigAndCount[2].equals(MANY_PAGES))) {
            System.out.println(String.format(Locale.ROOT, "%.4f", time));
        }
    }
}
