package org.iommulab.pagetable.armv7s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of known value: attributes without an address, then whole entries of an MSM board and of a MediaTek one. */
class ArmV7sFormatTest {
    private static final int MSM = 0;
    private static final int MTK = 0xb;
    private static final int MTK_HIGH_TABLES = 0x1b;

    private static ArmV7sFormat format(long quirks) {
        boolean wide = quirks >= 8;
        return new ArmV7sFormat(new ArmV7sConfig(wide ? 34 : 32, wide ? 35 : 32, ArmV7sQuirk.of(quirks), false));
    }

    private static int prot(String words) {
        return Arrays.stream(words.split(" ")).mapToInt(Prot::of).reduce(0, (a, b) -> a | b);
    }

    @ParameterizedTest
    @CsvSource({
        "0,   READ WRITE,              0xC72, 0x1C31, 0x31C02, 0x71C02",
        "0,   WRITE,                   0xC72, 0x1C31, 0x31C02, 0x71C02",
        "0,   READ,                    0xE72, 0x1E31, 0x39C02, 0x79C02",
        "0,   READ WRITE CACHE,        0xC7E, 0x1C3D, 0x31C0E, 0x71C0E",
        "0,   READ CACHE,              0xE7E, 0x1E3D, 0x39C0E, 0x79C0E",
        "0,   READ WRITE MMIO,         0xC36, 0x0C35, 0x30C06, 0x70C06",
        "0,   READ WRITE CACHE MMIO,   0xC36, 0x0C35, 0x30C06, 0x70C06",
        "0,   READ WRITE CACHE NOEXEC, 0xC7F, 0x9C3D, 0x31C1E, 0x71C1E",
        "0,   READ WRITE PRIV,         0xC52, 0x1C11, 0x31402, 0x71402",
        "0xb, READ WRITE,              0xC42, 0x1C01, 0xB1002, 0xF1002",
        "0xb, READ PRIV NOEXEC,        0xC42, 0x1C01, 0xB1002, 0xF1002",
        "0xb, READ WRITE CACHE,        0xC4E, 0x1C0D, 0xB100E, 0xF100E",
        "0xb, READ WRITE MMIO,         0xC06, 0x0C05, 0xB0006, 0xF0006",
    })
    void attributes(int quirks, String words, long small, long large, long section, long supersection) {
        ArmV7sFormat format = format(quirks);
        var entries = List.of(small, large, section, supersection);
        for (int i = 0; i < entries.size(); i++) {
            PageSize size = format.pageSizes().get(i);
            long entry = entries.get(i);
            assertThat(format.leaf(size.level(), size.bytes(), 0, prot(words))).isEqualTo(entry);
            assertThat(format.kind(size.level(), entry)).isEqualTo(size.copies() == 1 ? Kind.LEAF : Kind.REPLICATED);
            assertThat(format.leafBytes(size.level(), entry)).isEqualTo(size.bytes());
            // What an entry says is again the same entry, in all four sizes.
            assertThat(format.leaf(size.level(), size.bytes(), 0, format.prot(size.level(), entry)))
                    .isEqualTo(entry);
        }
        assertThat(format.part(1, large)).isEqualTo(small);
        assertThat(format.part(0, supersection)).isEqualTo(section);
    }

    @ParameterizedTest
    @CsvSource({
        "0,    1, 0x1000,    0x8A123000,  0x8A123C72",
        "0,    1, 0x10000,   0x81230000,  0x81231C31",
        "0,    0, 0x100000,  0x9AB00000,  0x9AB31C02",
        "0,    0, 0x1000000, 0x90000000,  0x90071C02",
        "0xb,  1, 0x1000,    0x789ABC000, 0x89ABCE72",
        "0xb,  0, 0x100000,  0x312300000, 0x123B1212",
        "0xb,  1, 0x1000,    0x100000000, 0x00000E42",
        "0xb,  1, 0x1000,    0x200000000, 0x00000C52",
        "0xb,  1, 0x10000,   0x400000000, 0x00001C21",
    })
    void leaf(int quirks, int level, long bytes, long output, long entry) {
        ArmV7sFormat format = format(quirks);

        assertThat(format.leaf(level, bytes, output, Prot.READ | Prot.WRITE)).isEqualTo(entry);
        assertThat(format.output(level, entry)).isEqualTo(output);
        assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
        assertThat(format.prot(level, entry) & (Prot.READ | Prot.WRITE)).isEqualTo(Prot.READ | Prot.WRITE);
    }

    @ParameterizedTest
    @CsvSource({"0, 0x80B40400, 0x80B40401", "0xb, 0x80B40400, 0x80B40409", "0x1b, 0x1BF812400, 0xBF812609"})
    void table(int quirks, long address, long entry) {
        assertThat(format(quirks).table(0, address)).isEqualTo(entry);
        assertThat(format(quirks).kind(0, entry)).isEqualTo(Kind.TABLE);
        assertThat(format(quirks).tableAddress(0, entry)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, EMPTY",
        "0, 1, TABLE",
        "0, 2, LEAF",
        "0, 0x40002, REPLICATED",
        "0, 0x40001, TABLE",
        "0, 3, EMPTY",
        "1, 0, EMPTY",
        "1, 1, REPLICATED",
        "1, 2, LEAF",
        "1, 3, LEAF"
    })
    void type(int level, long type, Kind kind) {
        assertThat(format(MSM).kind(level, 0x8A10_0000L | type)).isEqualTo(kind);
        assertThat(format(MTK).kind(level, 0x8A10_0000L | type)).isEqualTo(kind);
    }

    @Test
    void theAccessFlagIsLookedAtWhereThereIsOne() {
        assertThat(format(MSM).isAccessed(1, 0xC72)).isTrue();
        assertThat(format(MSM).isAccessed(1, 0xC62)).isFalse();
        assertThat(format(MSM).isAccessed(0, 0x31802)).isFalse();
        assertThat(format(MTK).isAccessed(1, 0xC42)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0,    false, 0x80A00000,  0x80A00002",
        "0,    true,  0x80A00000,  0x80A0006A",
        "0xb,  false, 0x80A00000,  0x80A00000",
        "0x1b, false, 0x7A0000000, 0xA0000007",
    })
    void registers(int quirks, boolean coherent, long base, long ttbr) {
        var config = new ArmV7sConfig(32, 32, ArmV7sQuirk.of(quirks), coherent);
        assertThat(ArmV7sRegisters.of(config, base))
                .isEqualTo(new ArmV7sRegisters(ttbr, 0, 0x4000_4000L, 0x800b_8204L));
    }

    @ParameterizedTest
    @CsvSource({"33, 32, 0", "32, 33, 0", "35, 35, 0xa", "34, 36, 0xa", "32, 32, 8", "32, 32, 0x12", "20, 32, 0"})
    void whatIoPgtableRefuses(int inputBits, int outputBits, int quirks) {
        var set = ArmV7sQuirk.of(quirks);
        assertThatThrownBy(() -> new ArmV7sConfig(inputBits, outputBits, set, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void quirksOfOtherFormatsAreRefused() {
        assertThat(ArmV7sQuirk.of(MTK_HIGH_TABLES)).containsExactlyInAnyOrder(ArmV7sQuirk.values());
        assertThatThrownBy(() -> ArmV7sQuirk.of(1 << 5)).isInstanceOf(IllegalArgumentException.class);
    }
}
