package org.iommulab.pagetable.armv7s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.armv7s.ArmV7sEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.golden.CaseHistory;
import org.iommulab.pagetable.golden.CaseHistory.Mapping;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's tables, read as a unit reads them. */
class ArmV7sWalkTest {
    private static final long SEED = 7_007;
    private static final List<String> NAMES = List.of("level 1", "level 2");

    static Stream<Path> cases() {
        return Stream.of("arm-v7s", "arm-v7s-mtk").flatMap(f -> CaseHistory.files(f).stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWalkFindsWhatIsMappedAndNothingElse(Path path) {
        var quirks = ArmV7sQuirk.of(CaseHistory.of(path, 34).config("quirks"));
        int inputBits = (int) CaseHistory.of(path, 34).config("ias");
        var history = CaseHistory.of(path, inputBits);
        if (history.kind().equals("quirk-split")) {
            // The table's defects are another test's.
            return;
        }
        var format = new ArmV7sFormat(new ArmV7sConfig(inputBits, quirks.size() > 1 ? 35 : 32, quirks, true));
        var walker = new RadixWalker(history.memory(), format, NAMES);
        var random = new Random(SEED);
        history.addresses(random).forEach(iova -> {
            var result = walker.look(history.bases().getFirst(), iova);
            String wrong = history.at(iova)
                    .map(expected -> difference(format, result, iova, expected))
                    .orElse(result instanceof RadixWalker.NotMapped ? "" : "nothing should be mapped");
            assertThat(wrong)
                    .as(() -> "seed %d, 0x%x: %s".formatted(SEED, iova, result))
                    .isEmpty();
        });
    }

    private static String difference(ArmV7sFormat format, RadixWalker.Result result, long iova, Mapping expected) {
        if (!(result instanceof Found found)) {
            return "not mapped";
        }
        boolean permissions = !format.config().has(ArmV7sQuirk.NO_PERMS);
        int told = permissions ? Prot.READ | Prot.WRITE | Prot.NOEXEC | Prot.PRIV : Prot.READ | Prot.WRITE;
        int allowed = permissions ? Prot.READ | expected.prot() : Prot.READ | Prot.WRITE;
        int memory = (expected.prot() & Prot.MMIO) != 0 ? Prot.MMIO : expected.prot() & Prot.CACHE;
        return found.page() + (iova & found.bytes() - 1) != expected.pa() + (iova & 4095)
                ? "another address"
                : ((found.prot() ^ allowed) & told) != 0 || !format.isAccessed(found.level(), found.entry())
                        ? "other permissions"
                        : (found.prot() & (Prot.MMIO | Prot.CACHE)) != memory ? "another type of memory" : "";
    }

    @Test
    void randomBytesEndAWalkAndNeverThrow() {
        var random = new Random(SEED);
        var plain = new ArmV7sFormat(new ArmV7sConfig(32, 32, ArmV7sQuirk.of(0), true));
        var wide = new ArmV7sFormat(new ArmV7sConfig(34, 35, ArmV7sQuirk.of(0x1b), true));
        for (ArmV7sFormat format : List.of(plain, wide)) {
            var memory = new PhysicalMemory(Machine.unrecorded(), 0, 1 << 20);
            for (int at = 0; at < 1 << 20; at += 4) {
                // Most pointers lead into memory.
                memory.write32(at, random.nextInt() & 0xf_ffff | (random.nextInt(4) == 0 ? random.nextInt() : 0));
            }
            var walker = new RadixWalker(memory, format, NAMES);
            for (int i = 0; i < 20_000; i++) {
                assertThat(walker.look(0, random.nextLong() & 0x3_ffff_ffffL)).isNotNull();
            }
        }
    }

    @Test
    void fieldsCoverEveryBitOnce() {
        var random = new Random(SEED);
        for (long quirks : new long[] {0, 2, 0xb, 0x1b}) {
            var words = new ArmV7sEntries(new ArmV7sFormat(new ArmV7sConfig(32, 32, ArmV7sQuirk.of(quirks), true)));
            for (int i = 0; i < 1_000; i++) {
                long entry = random.nextLong() & 0xffff_ffffL;
                int next = 31;
                for (BitField field : words.fields(i & 1, entry)) {
                    assertThat(field.high())
                            .as("seed %d, 0x%x: %s", SEED, entry, field)
                            .isEqualTo(next);
                    assertThat(field.value()).isEqualTo(entry >>> field.low() & (1L << next - field.low() + 1) - 1);
                    next = field.low() - 1;
                }
                assertThat(next).isEqualTo(-1);
                assertThat(words.sentence(i & 1, entry)).isNotEmpty();
            }
        }
    }
}
