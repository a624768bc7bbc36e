package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.iommulab.backend.amd.AmdWalker.Step;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the hardware reads in the kernel's own tables, and in any others. */
class AmdWalkTest {
    private static final Path CASES = Path.of("src/test/resources/vectors");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long SEED = 7_000;

    private static long number(JsonNode node) {
        return node.isIntegralNumber()
                ? node.longValue()
                : Long.parseUnsignedLong(node.asString("").substring(2), 16);
    }

    /** Memory as the kernel left it. */
    private static PhysicalMemory load(JsonNode file) {
        long ram = number(file.path("config").path("table_memory"));
        var memory = new PhysicalMemory(Machine.unrecorded(), ram, AmdRig.BYTES);
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

    private static long look(AmdWalker.Result result, long input) {
        return result instanceof AmdWalker.Found found
                ? found.page() | input & found.bytes() - 1
                : Translation.NOT_MAPPED;
    }

    private static AmdWalker.Result walk(PhysicalMemory memory, JsonNode registers, long input) {
        var walker = new AmdWalker(memory);
        return registers.has("gcr3")
                ? walker.guest(number(registers.path("gcr3")), 0, 4, input, Step.SILENT)
                : walker.host(
                        number(registers.path("pt_root")), (int) number(registers.path("mode")), input, Step.SILENT);
    }

    @ParameterizedTest
    @CsvSource({"amd-v1, 78", "amd-v2, 42"})
    void theKernelsTablesSayWhatItsHistorySays(String format, int count) throws IOException {
        List<Path> cases;
        try (Stream<Path> files = Files.list(CASES.resolve(format))) {
            cases = files.sorted().toList();
        }
        assertThat(cases).hasSize(count);
        int torn = 0;
        for (Path path : cases) {
            JsonNode file = JSON.readTree(Files.readAllBytes(path));
            PhysicalMemory memory = load(file);
            JsonNode registers = file.path("root").path("regs");
            var rig = new AmdRig();
            int mode = format.equals("amd-v1") && path.toString().contains("mode4") ? 4 : 3;
            Translation table = format.equals("amd-v1") ? rig.host(mode) : rig.guest();
            var inputs = new TreeSet<Long>();
            for (JsonNode op : file.path("ops")) {
                replay(table, op);
                long iova = number(op.path("iova"));
                long bytes = op.has("count") ? number(op.path("pgsize")) : 0;
                for (int i = -1; i <= op.path("count").asInt(0); i++) {
                    inputs.add(iova + i * bytes);
                    inputs.add(iova + i * bytes + 4095);
                }
            }
            for (long input : inputs) {
                long expected = table.translate(input);
                // The driver does not look at addresses beyond its 48 bits.
                boolean beyond = format.equals("amd-v2") && input >>> 48 != 0;
                AmdWalker.Result result = walk(memory, registers, input);
                if (format.equals("amd-v1")
                        && result instanceof AmdWalker.Found found
                        && isTorn(memory, found, input)) {
                    torn++;
                    continue;
                }
                assertThat(look(result, input))
                        .as("%s 0x%x", path, input)
                        .isEqualTo(beyond ? Translation.NOT_MAPPED : expected);
            }
        }
        assertThat(torn).isLessThan(50);
    }

    /**
     * Whether the first copy of a page was overwritten by another page: the driver then looks there for the whole page,
     * the hardware reads the copy that the address leads to.
     */
    private static boolean isTorn(PhysicalMemory memory, AmdWalker.Found found, long input) {
        long first = entryAddress(found, input & -found.bytes());
        return memory.read64(first) != memory.read64(entryAddress(found, input));
    }

    private static long entryAddress(AmdWalker.Found found, long input) {
        return found.table() + 8 * (input >>> AmdV1Format.shift(found.height()) & 511);
    }

    private static void replay(Translation table, JsonNode op) {
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
            default -> {
                // The kernel's 0 stands for "not mapped" and for the address 0.
                long pa = number(op.path("pa"));
                assertThat(table.translate(iova)).isIn(pa, pa == 0 ? Translation.NOT_MAPPED : pa);
            }
        }
    }

    @Test
    void permissionsOfAllLevelsAreTakenTogether() {
        var rig = new AmdRig();
        var table = rig.host(3);
        table.map(0x1_2345_6000L, 0x2_7654_3000L, 4096, 1, AmdRig.RW);
        var walker = new AmdWalker(rig.memory);
        rig.memory.write64(table.base() + 4 * 8, rig.entry(table.base(), 4) & ~AmdV1Format.WRITE);

        assertThat(walker.host(table.base(), 3, 0x1_2345_6000L, Step.SILENT))
                .isInstanceOfSatisfying(
                        AmdWalker.Found.class, f -> assertThat(f.prot()).isEqualTo(Prot.READ));
        assertThat(walker.host(table.base(), 3, 1L << 39, Step.SILENT))
                .isEqualTo(new AmdWalker.Failed(AmdWalker.Reason.NOT_PRESENT));
    }

    @Test
    void levelsMayBeSkippedWhereTheAddressHasNoBitsForThem() {
        var rig = new AmdRig();
        var walker = new AmdWalker(rig.memory);
        long root = AmdRig.RAM;
        rig.memory.write64(root + 8, AmdV1Format.pointer(1, root + 0x1000));
        rig.memory.write64(root + 0x1000 + 5 * 8, AmdV1Format.page(4096, 0x9000, AmdRig.RW));

        assertThat(look(walker.host(root, 3, 0x4000_5abcL, Step.SILENT), 0x4000_5abcL))
                .isEqualTo(0x9abc);
        assertThat(walker.host(root, 3, 0x4020_5abcL, Step.SILENT))
                .isEqualTo(new AmdWalker.Failed(AmdWalker.Reason.NOT_PRESENT));
        rig.memory.write64(root + 8, AmdV1Format.pointer(3, root + 0x1000));
        assertThat(walker.host(root, 3, 0x4000_5abcL, Step.SILENT))
                .isEqualTo(new AmdWalker.Failed(AmdWalker.Reason.RESERVED));
    }

    @Test
    void randomBytesEndSomewhere() {
        var random = new Random(SEED);
        long ram = AmdRig.RAM;
        var memory = new PhysicalMemory(Machine.unrecorded(), ram, 1 << 20);
        var walker = new AmdWalker(memory);
        for (int i = 0; i < 50_000; i++) {
            // Often an address in RAM, so that walks go deep.
            long entry = random.nextInt(3) == 0
                    ? random.nextLong()
                    : ram | random.nextInt(1 << 20) & -4096 | random.nextInt(4096) | 1;
            memory.write64(ram + (random.nextInt(1 << 20) & -8), entry);
            long base = ram + (random.nextInt(1 << 20) & -4096);
            long input = random.nextInt(3) == 0 ? random.nextLong() : random.nextLong(1L << 47);
            assertThat(walker.host(base, 1 + random.nextInt(6), input, Step.SILENT))
                    .isNotNull();
            assertThat(walker.guest(base, random.nextInt(5), 4 + random.nextInt(2), input, Step.SILENT))
                    .isNotNull();
        }
    }

    @Test
    void fieldsCoverAnyEntry() {
        var random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            long entry = random.nextLong();
            EntryWords words = random.nextBoolean()
                    ? new AmdV1Entries(new AmdV1Format(1 + random.nextInt(6)))
                    : new AmdV2Entries(new AmdV2Format(4 + random.nextInt(2)));
            for (int level = 0; level < words.format().levels(); level++) {
                assertThat(covers(words.fields(level, entry), entry))
                        .as("seed %d, %s, level %d, entry 0x%x", SEED, words, level, entry)
                        .isTrue();
                assertThat(words.sentence(level, entry)).endsWith(".");
                assertThat(words.kind(level, entry)).isNotEmpty();
                assertThat(covers(words.address(entry, level, 4096), entry)).isTrue();
            }
        }
    }

    @Test
    void entriesAreSaidInWords() {
        var host = new AmdV1Entries(new AmdV1Format(3));
        assertThat(host.sentence(0, 0x6000000100101401L)).isEqualTo("Points at the level 1 table at 0x100101000.");
        assertThat(host.sentence(2, 0x3000000276543001L)).isEqualTo("Maps 4K at 0x276543000, to read only.");
        assertThat(host.sentence(2, 0x7000000276557E01L))
                .isEqualTo(
                        "Maps 64K at 0x276550000, to read and write, as its neighbours do: the page has 16 entries.");
        assertThat(host.kind(1, 0x70000002401FFE01L)).isEqualTo("4M rw");
        assertThat(host.kind(0, 0x6000000100102201L)).isEqualTo("table, skipping levels");
        var guest = new AmdV2Entries(new AmdV2Format(4));
        assertThat(guest.sentence(0, 0x100301027L)).isEqualTo("Points at the level 2 table at 0x100301000.");
        assertThat(guest.kind(3, 0x276543065L)).isEqualTo("4K r");
        assertThat(guest.kind(0, 0x2400000E7L)).isEqualTo("reserved");
    }

    /** Whether the fields are neighbours from bit 63 to bit 0, and put together again give the word. */
    private static boolean covers(List<BitField> fields, long word) {
        int next = 63;
        long together = 0;
        for (BitField field : fields) {
            if (field.high() != next) {
                return false;
            }
            next = field.low() - 1;
            together |= field.value() << field.low();
        }
        return next == -1 && together == word;
    }
}
