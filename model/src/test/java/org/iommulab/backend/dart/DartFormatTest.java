package org.iommulab.backend.dart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of known value: of an M1 (t8103) and of an M1 Pro or M2 (t6000, t8110). */
class DartFormatTest {
    private static DartFormat format(DartVersion version) {
        return new DartFormat(version, 32, version.outputBits(), 14);
    }

    @ParameterizedTest
    @CsvSource({
        "DART1, 0x812344000,   RW,    0x000FFF0812344003",
        "DART1, 0x812344000,   READ,  0x000FFF0812344083",
        "DART1, 0x812344000,   WRITE, 0x000FFF0812344103",
        "DART2, 0x10312344000, RW,    0x000FFF1031234403",
        "DART2, 0x10312344000, READ,  0x000FFF1031234407",
        "DART2, 0x10312344000, WRITE, 0x000FFF103123440B",
        "DART1, 0xFFFFFC000,   RW,    0x000FFF0FFFFFC003",
        "DART2, 0x3FFFFFFC000, RW,    0x000FFF3FFFFFFC03",
    })
    void leaf(DartVersion version, long output, String allowed, long entry) {
        DartFormat format = format(version);
        int prot = allowed.equals("RW") ? Prot.READ | Prot.WRITE : Prot.of(allowed);

        assertThat(format.leaf(1, 0x4000, output, prot)).isEqualTo(entry);
        assertThat(format.leaf(1, 0x4000, output, prot | Prot.CACHE | Prot.NOEXEC | Prot.MMIO | Prot.PRIV))
                .isEqualTo(entry);
        assertThat(format.kind(1, entry)).isEqualTo(Kind.LEAF);
        assertThat(format.output(1, entry)).isEqualTo(output);
        assertThat(format.prot(1, entry)).isEqualTo(prot);
    }

    @ParameterizedTest
    @CsvSource({"DART1, 0x80AC04000, 0x80AC04001", "DART2, 0x1000AC04000, 0x1000AC0401"})
    void table(DartVersion version, long address, long entry) {
        assertThat(format(version).table(0, address)).isEqualTo(entry);
        assertThat(format(version).kind(0, entry)).isEqualTo(Kind.TABLE);
        assertThat(format(version).kind(0, entry & ~1)).isEqualTo(Kind.EMPTY);
        assertThat(format(version).tableAddress(0, entry)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "DART1, 32, 36, 14, 1, 0xFFFFFFFF,   0",
        "DART1, 36, 36, 14, 1, 0xFFFFFFFFF,  0",
        "DART1, 32, 36, 12, 4, 0x7FFFFFFF,   1",
        "DART1, 32, 36, 12, 4, 0x80000000,   2",
        "DART1, 32, 36, 12, 4, 0x100000000,  0",
        "DART2, 37, 42, 14, 2, 0x1FFFFFFFFF, 1",
        "DART2, 38, 42, 14, 4, 0x3FFFFFFFFF, 3",
    })
    void roots(DartVersion version, int inputBits, int outputBits, int pageShift, int roots, long input, int root) {
        var format = new DartFormat(version, inputBits, outputBits, pageShift);
        assertThat(format.roots()).isEqualTo(roots);
        assertThat(format.root(input)).isEqualTo(root);
    }

    @Test
    void indices() {
        DartFormat format = format(DartVersion.DART1);
        assertThat(0x1234_8000 >>> format.indexShift(0)).isEqualTo(9);
        assertThat(0x1234_8000 >>> format.indexShift(1) & 2047).isEqualTo(0xd2);
        assertThat(format.pagesLeft(0x1234_8000)).isEqualTo(2048 - 0xd2);
    }

    @ParameterizedTest
    @CsvSource({
        "DART1, 32, 40, 14",
        "DART1, 32, 42, 14",
        "DART1, 37, 36, 14",
        "DART1, 33, 36, 12",
        "DART2, 39, 42, 14",
        "DART2, 32, 42, 12",
        "DART1, 32, 36, 16",
    })
    void whatIsRefused(DartVersion version, int inputBits, int outputBits, int pageShift) {
        assertThatThrownBy(() -> new DartFormat(version, inputBits, outputBits, pageShift))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
