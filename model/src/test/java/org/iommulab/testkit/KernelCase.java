package org.iommulab.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.iommulab.pagetable.Prot;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A golden case as a test reads it: the tables that the kernel left, and what its history says is mapped. */
public record KernelCase(String name, JsonNode file) {
    public static final long PAGE = 4096;

    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A page that is mapped. */
    public record Page(long pa, int prot) {}

    /** Gets an entry of a table. */
    @FunctionalInterface
    public interface Entry {
        void at(int level, long address, long value);
    }

    /** All cases of a format, by name. */
    public static List<KernelCase> of(String format) throws IOException {
        var cases = new ArrayList<KernelCase>();
        try (Stream<Path> files = Files.list(CASES.resolve(format))) {
            for (Path path : files.sorted().toList()) {
                cases.add(new KernelCase(path.getFileName().toString(), JSON.readTree(Files.readAllBytes(path))));
            }
        }
        return cases;
    }

    private static long number(JsonNode node) {
        return node.isIntegralNumber() ? node.longValue() : parse(node.asString(""));
    }

    private static long parse(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }

    public long tableMemory() {
        return number(file.path("config").path("table_memory"));
    }

    public long root() {
        return number(file.path("root").path("base"));
    }

    public String variant() {
        return file.path("config").path("variant").asString("");
    }

    /** All entries of all final tables, those that are the table's default too. */
    public void entries(Entry into) {
        for (JsonNode table : file.path("tables")) {
            long base = number(table.path("base"));
            int level = table.path("level").asInt() - 1;
            int bytes = table.path("entry_bytes").asInt();
            if (table.has("default")) {
                long empty = number(table.path("default"));
                for (int i = 0; i < table.path("nent").asInt(); i++) {
                    into.at(level, base + (long) i * bytes, empty);
                }
            }
            table.path("entries")
                    .properties()
                    .forEach(e -> into.at(level, base + Long.parseLong(e.getKey()) * bytes, number(e.getValue())));
            for (JsonNode run : table.path("runs")) {
                for (int i = 0; i < run.path(1).asInt(); i++) {
                    into.at(
                            level,
                            base + (run.path(0).asLong() + i) * bytes,
                            number(run.path(2)) + i * number(run.path(3)));
                }
            }
        }
    }

    /**
     * What is mapped in the end, by input page.
     *
     * @param unmapsWhole whether an unmap clears its whole range whatever it returns
     */
    public Map<Long, Page> mapped(boolean unmapsWhole) {
        var pages = new HashMap<Long, Page>();
        for (JsonNode op : file.path("ops")) {
            long iova = number(op.path("iova"));
            if (op.has("mapped")) {
                int prot = 0;
                for (JsonNode word : op.path("prot")) {
                    prot |= Prot.of(word.asString(""));
                }
                for (long at = 0; at < number(op.path("mapped")); at += PAGE) {
                    pages.put(iova + at, new Page(number(op.path("pa")) + at, prot));
                }
            } else if (op.has("unmapped")) {
                long bytes = unmapsWhole
                        ? number(op.path("pgsize")) * op.path("count").asInt()
                        : number(op.path("unmapped"));
                for (long at = 0; at < bytes; at += PAGE) {
                    pages.remove(iova + at);
                }
            }
        }
        return pages;
    }

    /** Every page that an operation names, and its neighbours. */
    public TreeSet<Long> inputs() {
        var inputs = new TreeSet<Long>();
        for (JsonNode op : file.path("ops")) {
            long iova = number(op.path("iova")) & -PAGE;
            long bytes = op.has("pgsize")
                    ? number(op.path("pgsize")) * op.path("count").asInt()
                    : PAGE;
            for (long at = -PAGE; at <= bytes; at += PAGE) {
                inputs.add(iova + at);
            }
        }
        return inputs;
    }
}
