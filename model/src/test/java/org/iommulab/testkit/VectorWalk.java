package org.iommulab.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.iommulab.board.Registry;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.golden.GoldenConfig;
import org.iommulab.pagetable.golden.GoldenRun;
import org.iommulab.sim.Machine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The hardware's side of the golden cases: the tables that a case ends with are put into memory and walked, and the
 * walker must find what was mapped and nothing else.
 */
public final class VectorWalk {
    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long PAGE = 0x1000;
    /** The kinds of cases that use the driver as it should be used, so that their history says what is mapped. */
    private static final Set<String> WELL_BEHAVED = Set.of(
            "first-page",
            "last-page",
            "each-size",
            "mixed-sizes",
            "multi-count",
            "prots",
            "partial-remap",
            "sparse",
            "high-pa",
            "fill-table",
            "random");

    private record Mapping(long pa, int prot) {}

    private final GoldenRun run;
    private final TableFormat format;
    private final IntUnaryOperator allowed;
    private final Map<Long, Mapping> history = new HashMap<>();
    private final Set<Long> touched = new TreeSet<>();

    private VectorWalk(GoldenRun run, TableFormat format, IntUnaryOperator allowed) {
        this.run = run;
        this.format = format;
        this.allowed = allowed;
    }

    /**
     * Walks the final tables of all cases of a format.
     *
     * @param allowed what the hardware lets through for what was asked for, in Prot bits
     * @return how many cases
     */
    public static int walkAll(
            String name, Function<GoldenConfig, ? extends TableFormat> formats, IntUnaryOperator allowed)
            throws IOException {
        List<Path> files;
        try (var all = Files.list(CASES.resolve(name))) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            GoldenConfig config = config(node.path("config"));
            GoldenRun run = Registry.goldenFormat(name).orElseThrow().start(config);
            new VectorWalk(run, formats.apply(config), allowed)
                    .walk(
                            node,
                            config.tableMemory(),
                            WELL_BEHAVED.contains(node.path("kind").stringValue()));
        }
        return files.size();
    }

    private static GoldenConfig config(JsonNode config) {
        return new GoldenConfig(
                config.path("name").asString(""),
                config.path("variant").asString(""),
                config.path("ias").intValue(),
                config.path("oas").intValue(),
                number(config.path("pgsize_bitmap")),
                number(config.path("quirks")),
                config.path("coherent_walk").booleanValue(),
                number(config.path("table_memory")),
                0,
                -1,
                false);
    }

    private static long number(JsonNode text) {
        return Long.parseUnsignedLong(text.stringValue().substring(2), 16);
    }

    private void walk(JsonNode file, long tableMemory, boolean wellBehaved) {
        int operation = 0;
        for (JsonNode op : file.path("ops")) {
            run.begin(operation++);
            perform(op);
        }
        var memory = memory(tableMemory);
        var levels =
                IntStream.range(0, format.levels()).mapToObj(l -> "level " + l).toList();
        var walker = new RadixWalker(memory, format, levels);
        for (long iova : touched) {
            String where = "%s at 0x%x".formatted(file.path("name").asString(""), iova);
            var result = walker.look(run.bases().getFirst(), iova);
            if (result instanceof RadixWalker.Found(int level, long entry, long page, long bytes, int prot)) {
                assertThat(page | iova & bytes - 1).as(where).isEqualTo(run.iovaToPhys(iova));
                if (wellBehaved) {
                    Mapping mapped = history.get(iova & -PAGE);
                    assertThat(mapped).as(where).isNotNull();
                    assertThat(page | iova & bytes - PAGE).as(where).isEqualTo(mapped.pa());
                    assertThat(prot).as(where).isEqualTo(mapped.prot());
                }
            } else {
                assertThat(result).as(where).isInstanceOf(RadixWalker.NotMapped.class);
                assertThat(run.iovaToPhys(iova)).as(where).isZero();
                if (wellBehaved) {
                    assertThat(history).as(where).doesNotContainKey(iova & -PAGE);
                }
            }
        }
    }

    private void perform(JsonNode op) {
        long iova = number(op.path("iova"));
        long bytes = op.has("pgsize") ? number(op.path("pgsize")) : 0;
        int count = op.path("count").asInt(0);
        long done = switch (op.path("op").stringValue()) {
            case "map" -> {
                int prot = 0;
                for (JsonNode word : op.path("prot")) {
                    prot |= Prot.of(word.stringValue());
                }
                long pa = number(op.path("pa"));
                long mapped = run.map(iova, pa, bytes, count, prot).mapped();
                for (long at = 0; at < mapped; at += PAGE) {
                    history.put(iova + at, new Mapping(pa + at, allowed.applyAsInt(prot)));
                }
                yield mapped;
            }
            case "unmap" -> {
                long unmapped = run.unmap(iova, bytes, count);
                for (long at = 0; at < unmapped; at += PAGE) {
                    history.remove(iova + at);
                }
                yield unmapped;
            }
            default -> 0;
        };
        touch(iova, Math.max(done, bytes * count));
    }

    /** Remembers addresses in and around a range. */
    private void touch(long iova, long bytes) {
        long stride = Math.max(PAGE, bytes >>> 6 & -PAGE);
        for (long at = -PAGE; at <= bytes; at += stride) {
            touched.add(iova + at & 0xffff_ffffL);
        }
        touched.add(iova + Math.max(0, bytes - 4) & 0xffff_ffffL);
    }

    private PhysicalMemory memory(long base) {
        var memory = new PhysicalMemory(Machine.unrecorded(), base, 64 << 20);
        for (GoldenRun.Table table : run.tables()) {
            for (int i = 0; i < table.entries().size(); i++) {
                long address = table.base() + (long) i * table.entryBytes();
                if (table.entryBytes() == 8) {
                    memory.write64(address, table.entries().get(i));
                } else {
                    memory.write32(address, table.entries().get(i).intValue());
                }
            }
        }
        return memory;
    }
}
