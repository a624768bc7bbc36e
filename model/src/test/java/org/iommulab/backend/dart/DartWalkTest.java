package org.iommulab.backend.dart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.golden.CaseHistory;
import org.iommulab.pagetable.golden.CaseHistory.Mapping;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's tables, read as a unit reads them. */
class DartWalkTest {
    private static final long SEED = 8_103;
    private static final List<String> NAMES = List.of("level 1", "level 2");

    static Stream<Path> cases() {
        return Stream.of(DartVersion.values()).flatMap(v -> CaseHistory.files(v.label()).stream());
    }

    private static DartFormat format(Path path) {
        var history = CaseHistory.of(path, 42);
        boolean first = path.getParent().endsWith(DartVersion.DART1.label());
        return new DartFormat(
                first ? DartVersion.DART1 : DartVersion.DART2,
                (int) history.config("ias"),
                (int) history.config("oas"),
                Long.numberOfTrailingZeros(history.config("pgsize_bitmap")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWalkFindsWhatIsMappedAndNothingElse(Path path) {
        DartFormat format = format(path);
        // What the indices can hold, which may be more than the input bits.
        int reach = format.indexShift(0) + format.indexBits(0) + Integer.numberOfTrailingZeros(format.roots());
        var history = CaseHistory.of(path, reach);
        var walker = new RadixWalker(history.memory(), format, NAMES);
        var random = new Random(SEED);
        history.addresses(random).forEach(iova -> {
            var result = walker.look(history.bases().get(format.root(iova)), iova);
            String wrong = history.at(iova)
                    .map(expected -> difference(result, iova, expected))
                    .orElse(result instanceof RadixWalker.NotMapped ? "" : "nothing should be mapped");
            assertThat(wrong)
                    .as(() -> "seed %d, 0x%x: %s".formatted(SEED, iova, result))
                    .isEmpty();
        });
    }

    /** The same through a whole unit: registers, stream, walk and permissions. */
    @ParameterizedTest
    @MethodSource("cases")
    void aUnitWithTheseTablesLetsThroughWhatIsMappedAndNothingElse(Path path) {
        DartFormat format = format(path);
        int reach = format.indexShift(0) + format.indexBits(0) + Integer.numberOfTrailingZeros(format.roots());
        var history = CaseHistory.of(path, reach);
        var machine = Machine.unrecorded();
        var chip = format.version() == DartVersion.DART1 ? DartLayout.Chip.T8103 : DartLayout.Chip.T6000;
        var build = new DartLayout.Build(chip, format.pageShift(), 16, true, false, 32);
        var dart = new Dart(machine, "dart", build, history.memory(), new InterruptLine(machine, "irq"));
        var port = new DmaMaster(machine, "port", Optional.of(dart), List.of(5), history.memory());
        dart.write32(0xfc, -1);
        for (int i = 0; i < history.bases().size(); i++) {
            dart.write32(
                    0x200 + 16 * 5 + 4 * i, chip.family().ttbrOf(history.bases().get(i)));
        }
        dart.write32(0x100 + 4 * 5, 0x80);
        history.addresses(new Random(SEED)).forEach(iova -> {
            var mapping = history.at(iova);
            for (boolean write : new boolean[] {false, true}) {
                int needed = write ? Prot.WRITE : Prot.READ;
                Access expected = mapping.filter(m -> (m.prot() & needed) != 0 && iova >>> reach == 0)
                        .<Access>map(m -> new Access.Pass(m.pa() + (iova & 4095)))
                        .orElse(new Access.Refused(""));
                Access found = dart.access(port, iova, write);
                assertThat(found instanceof Access.Refused ? new Access.Refused("") : found)
                        .as(() -> "seed %d, 0x%x, %s".formatted(SEED, iova, write ? "write" : "read"))
                        .isEqualTo(expected);
            }
        });
    }

    private static String difference(RadixWalker.Result result, long iova, Mapping expected) {
        if (!(result instanceof Found found)) {
            return "not mapped";
        }
        return found.page() + (iova & found.bytes() - 1) != expected.pa() + (iova & 4095)
                ? "another address"
                : found.prot() != (expected.prot() & (Prot.READ | Prot.WRITE)) ? "other permissions" : "";
    }

    @ParameterizedTest
    @EnumSource
    void randomBytesEndAWalkAndNeverThrow(DartVersion version) {
        var random = new Random(SEED);
        var memory = new PhysicalMemory(Machine.unrecorded(), 0, 1 << 20);
        for (int at = 0; at < 1 << 20; at += 8) {
            // Most pointers lead into memory.
            memory.write64(at, random.nextLong() & 0xf_ffff | (random.nextInt(4) == 0 ? random.nextLong() : 0));
        }
        var walker = new RadixWalker(memory, new DartFormat(version, 32, version.outputBits(), 14), NAMES);
        for (int i = 0; i < 20_000; i++) {
            assertThat(walker.look(0, random.nextLong())).isNotNull();
        }
    }

    @Test
    void fieldsCoverEveryBitOnce() {
        var random = new Random(SEED);
        var formats = List.of(
                new DartFormat(DartVersion.DART1, 32, 36, 12),
                new DartFormat(DartVersion.DART1, 32, 36, 14),
                new DartFormat(DartVersion.DART2, 32, 42, 14));
        for (DartFormat format : formats) {
            var words = new DartEntries(format);
            for (int i = 0; i < 1_000; i++) {
                long entry = random.nextLong();
                int next = 63;
                for (BitField field : words.fields(i & 1, entry)) {
                    assertThat(field.high())
                            .as("seed %d, 0x%x: %s", SEED, entry, field)
                            .isEqualTo(next);
                    next = field.low() - 1;
                }
                assertThat(next).isEqualTo(-1);
                assertThat(words.sentence(i & 1, entry)).isNotEmpty();
            }
        }
    }
}
