package org.iommulab.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.iommulab.app.bench.CTable.Column;
import org.iommulab.board.Registry;
import org.iommulab.pagetable.golden.TimedFormat;

/**
 * Nanoseconds a page of the page tables beside the kernel's C code, one format in a JVM as the C code has one in a
 * process; the median of several JVMs, which do not follow each other: on a shared machine what disturbs comes and stays
 * for a while. Beside it the fastest pass against C's fastest, which is disturbed least.
 */
public final class PageTableFigures {
    private static final int JVMS = 5;

    /** The start-up cache has profiles of a run that saw every format: not one format in a JVM. */
    private static final List<String> NO_CACHE = List.of("-XX:AOTMode=off");

    /**
     * One cell of the table.
     *
     * @param ratio median to C's median
     * @param fastest fastest pass to C's fastest, where the table has it
     * @param goal the ratio that is to be reached
     */
    public record Cell(
            String format,
            String config,
            String work,
            double nanoseconds,
            OptionalDouble ratio,
            OptionalDouble fastest,
            double goal,
            boolean sameMachine) {
        /** Slower, on the same machine, than is allowed. */
        boolean slower() {
            return sameMachine && ratio.orElse(0) > goal;
        }

        /** {@code exynos / v3.3 | map x1 | 3.4 ns | 0.58 x C | <= 1.0 | yes}. */
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%-32s | %-10s | %6.2f ns | %s",
                    format + " / " + config,
                    work,
                    nanoseconds,
                    compared());
        }

        private String compared() {
            if (ratio.isEmpty()) {
                return "no C figure";
            }
            double times = ratio.getAsDouble();
            if (!sameMachine) {
                return String.format(Locale.ROOT, "%.2f x C (other machine)", times);
            }
            String best = fastest.isPresent()
                    ? String.format(Locale.ROOT, " | fastest pass %.2f x C", fastest.getAsDouble())
                    : "";
            return String.format(Locale.ROOT, "%.2f x C | <= %.1f | %-3s", times, goal, slower() ? "no" : "yes") + best;
        }
    }

    /** Hears each format's cells. */
    @FunctionalInterface
    public interface Heard {
        void cells(List<Cell> cells);
    }

    private PageTableFigures() {}

    /**
     * @param baseline the C table made on this machine in the same sitting, if there is one
     * @throws IOException when it cannot be read
     */
    public static void measure(Optional<Path> baseline, Heard heard) throws IOException {
        CTable c = CTable.of(baseline.isPresent() ? Optional.of(Files.readString(baseline.get())) : Optional.empty());
        List<TimedFormat> formats = Registry.timedFormats();
        double[][][] runs = new double[formats.size()][JVMS][];
        for (int jvm = 0; jvm < JVMS; jvm++) {
            for (int i = 0; i < formats.size(); i++) {
                runs[i][jvm] = run(formats.get(i));
            }
        }
        for (int i = 0; i < formats.size(); i++) {
            heard.cells(cells(formats.get(i), runs[i], c));
        }
    }

    // Calls of one page and calls of many in JVMs of their own: which of them is inlined into the other is chance else,
    // and chance is then what is measured.
    private static double[] run(TimedFormat format) {
        double[] times = run(format, PageTableBench.ONE_PAGE);
        if (format.takesMany()) {
            double[] many = run(format, PageTableBench.MANY_PAGES);
            for (int i = 0; i < times.length; i++) {
                times[i] = Double.isNaN(times[i]) ? many[i] : times[i];
            }
        }
        return times;
    }

    private static double[] run(TimedFormat format, String pages) {
        ChildJvm.Result result =
                ChildJvm.run(PageTableBench.class, NO_CACHE, List.of(format.name(), format.config(), pages));
        if (result.code() != 0) {
            throw new IllegalStateException("timing " + format.name() + " ended with " + result.code());
        }
        return result.lines().stream().mapToDouble(Double::parseDouble).toArray();
    }

    private static List<Cell> cells(TimedFormat format, double[][] runs, CTable c) {
        var cells = new ArrayList<Cell>();
        for (Column column : Column.values()) {
            double[] medians = sorted(runs, column.ordinal());
            double[] fastest = sorted(runs, Column.values().length + column.ordinal());
            double median = medians[JVMS / 2];
            if (!Double.isNaN(median)) {
                cells.add(new Cell(
                        format.name(),
                        format.config(),
                        column.words(),
                        median,
                        ratio(median, c.nanoseconds(format.name(), format.config(), column)),
                        ratio(fastest[0], c.fastest(format.name(), format.config(), column)),
                        format.goal(),
                        c.sameMachine()));
            }
        }
        return cells;
    }

    private static double[] sorted(double[][] runs, int at) {
        return Arrays.stream(runs).mapToDouble(run -> run[at]).sorted().toArray();
    }

    private static OptionalDouble ratio(double time, OptionalDouble other) {
        return other.isEmpty() ? other : OptionalDouble.of(time / other.getAsDouble());
    }
}
