package org.iommulab.app.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The benchmarks by name. {@code iommulab bench} runs them all; from the class path {@code java -cp ...
 * org.iommulab.app.bench.Benchmarks [NAME]...} does the same.
 */
public final class Benchmarks {
    private static final String PAGE_TABLE = "page-table";
    private static final Map<String, Supplier<List<Row>>> ALL = new LinkedHashMap<>();

    static {
        // The seek comes first: its first jump is to be measured in a JVM that has never jumped.
        ALL.put("seek", () -> Seek.measure(Seek.STEPS));
        ALL.put("bytes-per-step", () -> List.of(BytesPerStep.ofStories(), BytesPerStep.ofSteps()));
        ALL.put(
                "steps",
                () -> List.of(
                        Throughput.millionsASecond("steps", StepsBenchmark.class, "M steps/s", Row.Goal.atLeast(5))));
        ALL.put(
                "walk-events",
                () -> List.of(Throughput.millionsASecond(
                        "walk-events", WalkEventsBenchmark.class, "M events/s", Row.Goal.atLeast(10))));
        ALL.put(
                "recorded-walks",
                () -> List.of(Throughput.millionsASecond(
                        "recorded-walks", RecordedWalksBenchmark.class, "M walks/s", Row.Goal.atLeast(2))));
        ALL.put("window", WindowBench::measure);
    }

    private Benchmarks() {}

    public static List<String> names() {
        var names = new ArrayList<>(ALL.keySet());
        // Before anything records in this JVM: that would slow it.
        names.addFirst(PAGE_TABLE);
        return names;
    }

    /**
     * Measures and writes a row for each figure, as soon as it is there.
     *
     * @param names which; none for all
     * @return how many figures miss their goal
     * @throws IllegalArgumentException when there is no benchmark of such a name
     */
    public static int run(List<String> names, Appendable out) {
        return run(names, Optional.empty(), out);
    }

    /**
     * The same.
     *
     * @param baseline what the kernel's C code takes on this machine, for the page tables; without it their goals are
     *     another machine's and count for nothing
     */
    public static int run(List<String> names, Optional<Path> baseline, Appendable out) {
        for (String name : names) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException(
                        "no benchmark " + name + "; there are " + String.join(", ", names()));
            }
        }
        int missed = 0;
        for (String name : names.isEmpty() ? names() : names) {
            if (name.equals(PAGE_TABLE)) {
                missed += pageTable(baseline, out);
                continue;
            }
            for (Row row : ALL.getOrDefault(name, List::of).get()) {
                write(out, row.text());
                missed += row.met() ? 0 : 1;
            }
        }
        return missed;
    }

    private static int pageTable(Optional<Path> baseline, Appendable out) {
        var missed = new int[1];
        try {
            PageTableFigures.measure(baseline, cells -> {
                for (PageTableFigures.Cell cell : cells) {
                    write(out, cell.text());
                    missed[0] += cell.slower() ? 1 : 0;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return missed[0];
    }

    private static void write(Appendable out, String text) {
        try {
            out.append(text).append(System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void main(String[] names) {
        System.exit(run(List.of(names), System.out) == 0 ? 0 : 1);
    }
}
