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
 * process; the median of several JVMs.
 */
public final class PageTableFigures {
    private static final int JVMS = 3;

    /**
     * One cell of the table.
     *
     * @param goal the ratio that is to be reached
     */
    public record Cell(
            String format,
            String config,
            String work,
            double nanoseconds,
            OptionalDouble ratio,
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
            return sameMachine
                    ? String.format(Locale.ROOT, "%.2f x C | <= %.1f | %s", times, goal, slower() ? "no" : "yes")
                    : String.format(Locale.ROOT, "%.2f x C (other machine)", times);
        }
    }

    /** Hears each format's cells as soon as they are there. */
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
        for (TimedFormat format : Registry.timedFormats()) {
            heard.cells(cells(format, c));
        }
    }

    private static List<Cell> cells(TimedFormat format, CTable c) {
        double[][] runs = new double[JVMS][];
        for (int jvm = 0; jvm < JVMS; jvm++) {
            ChildJvm.Result result =
                    ChildJvm.run(PageTableBench.class, List.of(), List.of(format.name(), format.config()));
            if (result.code() != 0) {
                throw new IllegalStateException("timing " + format.name() + " ended with " + result.code());
            }
            runs[jvm] = result.lines().stream().mapToDouble(Double::parseDouble).toArray();
        }
        var cells = new ArrayList<Cell>();
        for (Column column : Column.values()) {
            double[] times = Arrays.stream(runs)
                    .mapToDouble(run -> run[column.ordinal()])
                    .sorted()
                    .toArray();
            double time = times[JVMS / 2];
            if (!Double.isNaN(time)) {
                var other = c.nanoseconds(format.name(), format.config(), column);
                var ratio = other.isEmpty() ? other : OptionalDouble.of(time / other.getAsDouble());
                cells.add(new Cell(
                        format.name(), format.config(), column.words(), time, ratio, format.goal(), c.sameMachine()));
            }
        }
        return cells;
    }
}
