package org.iommulab.pagetable.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A golden case as a unit would meet it: the kernel's tables in memory, and what its map and unmap calls say that is
 * mapped in the end.
 */
public final class CaseHistory {
    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long PAGE = 4096;

    /** What a page of 4 KiB is mapped to. */
    public record Mapping(long pa, int prot) {}

    private final String name;
    private final JsonNode file;
    private final long inputMask;
    private final Map<Long, Mapping> mappings = new HashMap<>();
    private final Set<Long> unknown = new HashSet<>();

    private CaseHistory(Path path, long inputMask) {
        this.name = path.getFileName().toString();
        this.inputMask = inputMask;
        try {
            this.file = JSON.readTree(Files.readAllBytes(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file.path("ops").forEach(this::apply);
    }

    /** The files of a format. */
    public static List<Path> files(String format) {
        try (Stream<Path> files = Files.list(CASES.resolve(format))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param inputBits what is above these bits of an input address is ignored */
    public static CaseHistory of(Path path, int inputBits) {
        return new CaseHistory(path, (1L << inputBits) - 1);
    }

    private static long number(JsonNode node) {
        return node.isIntegralNumber()
                ? node.longValue()
                : Long.parseUnsignedLong(node.asString("").substring(2), 16);
    }

    private void apply(JsonNode op) {
        long iova = number(op.path("iova"));
        if (op.path("op").asString("").equals("map")) {
            int prot = 0;
            for (JsonNode word : op.path("prot")) {
                prot |= Prot.of(word.asString(""));
            }
            long pa = number(op.path("pa"));
            for (long at = 0; at < number(op.path("mapped")); at += PAGE) {
                mappings.put(iova + at & inputMask, new Mapping(pa + at, prot));
                unknown.remove(iova + at & inputMask);
            }
            if (number(op.path("ret")) != 0) {
                maybeLost(iova + number(op.path("mapped")), number(op.path("pgsize")));
            }
        } else if (op.path("op").asString("").equals("unmap")) {
            for (long at = 0; at < number(op.path("unmapped")); at += PAGE) {
                mappings.remove(iova + at & inputMask);
                unknown.remove(iova + at & inputMask);
            }
        }
    }

    /** A big page that meets a leaf may have freed tables before, with what they map. */
    private void maybeLost(long iova, long bytes) {
        for (long at = 0; at < bytes; at += PAGE) {
            if (mappings.remove(iova + at & inputMask) != null) {
                unknown.add(iova + at & inputMask);
            }
        }
    }

    public String name() {
        return name;
    }

    public String kind() {
        return file.path("kind").asString("");
    }

    /** A number or {@code 0x..} string of {@code config}. */
    public long config(String field) {
        return number(file.path("config").path(field));
    }

    public List<Long> bases() {
        return StreamSupport.stream(file.path("root").path("bases").spliterator(), false)
                .map(CaseHistory::number)
                .toList();
    }

    /** What an address is mapped to, if it is. */
    public Optional<Mapping> at(long iova) {
        return Optional.ofNullable(mappings.get(iova & -PAGE));
    }

    /** First and last byte of each 4 KiB that are mapped, their neighbours, and as many addresses by chance. */
    public LongStream addresses(Random random) {
        return mappings.keySet().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .flatMap(at -> LongStream.of(at, at + PAGE - 1, at - 1, at + PAGE, random.nextLong()))
                .map(at -> at & inputMask)
                .filter(at -> !unknown.contains(at & -PAGE));
    }

    /** A bank of memory with the kernel's tables in it. */
    public PhysicalMemory memory() {
        var memory = new PhysicalMemory(Machine.unrecorded(), config("table_memory"), 16 << 20);
        for (JsonNode table : file.path("tables")) {
            long base = number(table.path("base"));
            int bytes = table.path("entry_bytes").asInt();
            table.path("entries")
                    .properties()
                    .forEach(e -> write(memory, base, bytes, Long.parseLong(e.getKey()), number(e.getValue())));
            for (JsonNode run : table.path("runs")) {
                for (int i = 0; i < run.path(1).asInt(); i++) {
                    long value = number(run.path(2)) + i * number(run.path(3));
                    write(memory, base, bytes, run.path(0).asInt() + i, value);
                }
            }
        }
        return memory;
    }

    private static void write(PhysicalMemory memory, long base, int bytes, long index, long value) {
        if (bytes == 8) {
            memory.write64(base + index * bytes, value);
        } else {
            memory.write32(base + index * bytes, (int) value);
        }
    }
}
