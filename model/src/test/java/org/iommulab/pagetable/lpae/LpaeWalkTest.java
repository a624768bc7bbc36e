package org.iommulab.pagetable.lpae;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the hardware reads in the kernel's own tables, and in any others. */
class LpaeWalkTest {
    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long SEED = 3_1415;
    private static final long BYTES = 256L << 20;

    private static long number(JsonNode node) {
        return node.isIntegralNumber()
                ? node.longValue()
                : Long.parseUnsignedLong(node.asString("").substring(2), 16);
    }

    private static LpaeFormat format(LpaeVariant variant, JsonNode config) {
        var quirks = EnumSet.allOf(LpaeQuirk.class);
        quirks.removeIf(q -> (q.bit() & number(config.path("quirks"))) == 0);
        return LpaeConfigs.format(new LpaeConfig(
                variant,
                config.path("ias").asInt(),
                config.path("oas").asInt(),
                number(config.path("pgsize_bitmap")),
                quirks,
                config.path("coherent_walk").asBoolean()));
    }

    /** Memory as the kernel left it. */
    private static PhysicalMemory load(JsonNode file) {
        var memory = new PhysicalMemory(
                Machine.unrecorded(), number(file.path("config").path("table_memory")), BYTES);
        for (JsonNode table : file.path("tables")) {
            long base = number(table.path("base"));
            table.path("entries")
                    .properties()
                    .forEach(e -> memory.write64(base + 8L * Integer.parseInt(e.getKey()), number(e.getValue())));
            for (JsonNode run : table.path("runs")) {
                for (int i = 0; i < run.path(1).asInt(); i++) {
                    memory.write64(
                            base + 8L * (run.path(0).asInt() + i), number(run.path(2)) + i * number(run.path(3)));
                }
            }
        }
        return memory;
    }

    private static long look(RadixWalker walker, long base, long input) {
        return walker.look(base, input) instanceof Found found
                ? found.page() | input & found.bytes() - 1
                : Translation.NOT_MAPPED;
    }

    private static List<Path> cases(LpaeVariant variant) throws IOException {
        try (Stream<Path> files = Files.list(CASES.resolve(variant.label()))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theKernelsTablesSayWhatItsHistorySays(LpaeVariant variant) throws IOException {
        List<Path> cases = cases(variant);
        assertThat(cases).hasSizeGreaterThanOrEqualTo(30);
        for (Path path : cases) {
            JsonNode file = JSON.readTree(Files.readAllBytes(path));
            LpaeFormat format = format(variant, file.path("config"));
            var kernels = new RadixWalker(load(file), format, format.levelNames());
            long root = number(file.path("root").path("base"));

            long ram = number(file.path("config").path("table_memory"));
            var machine = Machine.unrecorded();
            var memory = new PhysicalMemory(machine, ram, BYTES);
            var frames = new FrameAllocator(machine, ram, ram + BYTES);
            var table = new LpaePageTable(memory, frames, format, LpaeTlb.NONE, TableListener.NONE);
            var ours = new RadixWalker(memory, format, format.levelNames());

            var inputs = new TreeSet<Long>();
            for (JsonNode op : file.path("ops")) {
                long iova = number(op.path("iova"));
                replay(table, op);
                if (op.has("count")) {
                    for (int i = -1; i <= op.path("count").asInt(); i++) {
                        inputs.add(iova + i * number(op.path("pgsize")));
                        inputs.add(iova + i * number(op.path("pgsize")) + format.granule() - 1);
                    }
                } else {
                    long pa = number(op.path("pa"));
                    assertThat(look(ours, table.base(), iova))
                            .as("%s 0x%x", path, iova)
                            .isEqualTo(pa == 0 ? Translation.NOT_MAPPED : pa);
                    inputs.add(iova);
                }
            }
            for (long input : inputs) {
                assertThat(look(kernels, root, input))
                        .as("%s 0x%x", path, input)
                        .isEqualTo(table.translate(input));
            }
        }
    }

    private static void replay(LpaePageTable table, JsonNode op) {
        long iova = number(op.path("iova"));
        long bytes = op.has("pgsize") ? number(op.path("pgsize")) : 0;
        switch (op.path("op").asString("")) {
            case "map" -> {
                int prot = 0;
                for (JsonNode word : op.path("prot")) {
                    prot |= Prot.of(word.asString(""));
                }
                table.map(iova, number(op.path("pa")), bytes, op.path("count").asInt(), prot);
            }
            case "unmap" -> table.unmap(iova, bytes, op.path("count").asInt());
            default -> {}
        }
    }

    @ParameterizedTest
    @MethodSource("org.iommulab.pagetable.lpae.LpaeConfigs#formats")
    void randomBytesEndSomewhere(LpaeFormat format) {
        var random = new Random(SEED);
        long ram = 0x8000_0000L;
        var memory = new PhysicalMemory(Machine.unrecorded(), ram, 1 << 20);
        var walker = new RadixWalker(memory, format, format.levelNames());
        var words = new LpaeEntries(format);
        for (int i = 0; i < 20_000; i++) {
            // Often an address in RAM, so that walks go deep.
            long entry = random.nextInt(3) == 0
                    ? random.nextLong()
                    : ram | random.nextInt(1 << 20) & -8192 | random.nextInt(4096);
            memory.write64(ram + (random.nextInt(1 << 20) & -8), entry);
            long base = ram + (random.nextInt(1 << 20) & -4096);
            assertThat(walker.look(base, random.nextLong())).isNotNull();
            if (i % 100 == 0) {
                var picture = new ArrayList<WalkTrace.Level>();
                walker.picture(base, random.nextLong(), words, picture);
                assertThat(picture).allMatch(l -> covers(l.decoded(), l.value()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.iommulab.pagetable.lpae.LpaeConfigs#formats")
    void fieldsCoverAnyEntry(LpaeFormat format) {
        var random = new Random(SEED);
        var words = new LpaeEntries(format);
        for (int i = 0; i < 2_000; i++) {
            long entry = random.nextLong();
            for (int level = 0; level < format.levels(); level++) {
                assertThat(covers(words.fields(level, entry), entry))
                        .as("seed %d, level %d, entry 0x%x", SEED, level, entry)
                        .isTrue();
                assertThat(words.sentence(level, entry)).endsWith(".");
            }
        }
    }

    /** Whether the fields are neighbours from bit 63 to bit 0, and put together again give the entry. */
    private static boolean covers(List<BitField> fields, long entry) {
        int next = 63;
        long together = 0;
        for (BitField field : fields) {
            if (field.high() != next) {
                return false;
            }
            next = field.low() - 1;
            together |= field.value() << field.low();
        }
        return next == -1 && together == entry;
    }
}
