package org.iommulab.app.bench;

import java.util.Arrays;
import java.util.Locale;
import org.iommulab.app.bench.CTable.Column;
import org.iommulab.board.Registry;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;

/**
 * The measured JVM of {@link PageTableFigures}: one format. 1 GiB is mapped with the smallest page, both addresses
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

    private PageTableBench() {}

    private static double[] measure(TimedFormat format) {
        double[][] passes = new double[Column.values().length][WARM_UP + PASSES];
        for (double[] column : passes) {
            Arrays.fill(column, Double.NaN);
        }
        for (int pass = 0; pass < WARM_UP + PASSES; pass++) {
            Translation one = format.create();
            passes[Column.MAP.ordinal()][pass] = map(one, format);
            passes[Column.LOOKUP.ordinal()][pass] = lookUp(one, format);
            passes[Column.UNMAP.ordinal()][pass] = unmap(one, format);
            if (format.takesMany()) {
                Translation many = format.create();
                int pages = pass < WARM_UP / 2 ? FEW : MANY;
                passes[Column.MAP_512.ordinal()][pass] = mapMany(many, format, pages);
                passes[Column.UNMAP_512.ordinal()][pass] = unmapMany(many, format, pages);
            }
        }
        double[] medians = new double[passes.length];
        for (int i = 0; i < medians.length; i++) {
            double[] timed = Arrays.copyOfRange(passes[i], WARM_UP, WARM_UP + PASSES);
            Arrays.sort(timed);
            medians[i] = timed[PASSES / 2];
        }
        return medians;
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

    /** Prints nanoseconds a page, one line for each column of the C table; NaN where the driver has no such call. */
    public static void main(String[] nameAndConfig) {
        TimedFormat format = Registry.timedFormats().stream()
                .filter(f -> f.name().equals(nameAndConfig[0]) && f.config().equals(nameAndConfig[1]))
                .findFirst()
                .orElseThrow();
        for (double time : measure(format)) {
            System.out.println(String.format(Locale.ROOT, "%.4f", time));
        }
    }
}
