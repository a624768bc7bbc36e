package org.iommulab.backend.exynos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.exynos.SysMmuFormat.LARGE_PAGE;
import static org.iommulab.backend.exynos.SysMmuFormat.SECTION;
import static org.iommulab.backend.exynos.SysMmuFormat.SMALL_PAGE;

import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of known value: a 32-bit board and a 36-bit one. */
class SysMmuFormatTest {
    @ParameterizedTest
    @CsvSource({
        "V1_V3, 4096,    0x6D2F5000,  READ,  0x6D2F5212",
        "V1_V3, 4096,    0x6D2F5000,  RW,    0x6D2F5012",
        "V1_V3, 4096,    0x6D2F5000,  NONE,  0x6D2F5002",
        "V1_V3, 4096,    0x6D2F5000,  WRITE, 0x6D2F5012",
        "V1_V3, 65536,   0x6D300000,  RW,    0x6D300011",
        "V1_V3, 65536,   0x6D300000,  READ,  0x6D300211",
        "V1_V3, 1048576, 0x6D400000,  RW,    0x6D400402",
        "V1_V3, 1048576, 0x6D400000,  READ,  0x6D408402",
        "V1_V3, 1048576, 0x6D400000,  WRITE, 0x6D400402",
        "V1_V3, 1048576, 0x6D400000,  NONE,  0x6D400002",
        "V5,    4096,    0x86D2F5000, RW,    0x86D2F50E",
        "V5,    4096,    0x86D2F5000, READ,  0x86D2F506",
        "V5,    4096,    0x86D2F5000, WRITE, 0x86D2F50A",
        "V5,    4096,    0x86D2F5000, NONE,  0x86D2F502",
        "V5,    65536,   0x86D300000, RW,    0x86D3000D",
        "V5,    65536,   0x86D300000, READ,  0x86D30005",
        "V5,    65536,   0x86D300000, WRITE, 0x86D30009",
        "V5,    1048576, 0x86D400000, RW,    0x86D40032",
        "V5,    1048576, 0x86D400000, READ,  0x86D40012",
        "V5,    1048576, 0x86D400000, WRITE, 0x86D40022",
    })
    void leaf(SysMmuFormat format, long bytes, long output, String allowed, long entry) {
        int prot = prot(allowed);
        int level = bytes == SECTION ? 0 : 1;

        assertThat(format.leaf(level, bytes, output, prot)).isEqualTo(entry);
        assertThat(format.leaf(level, bytes, output, prot | Prot.CACHE | Prot.NOEXEC | Prot.MMIO | Prot.PRIV))
                .isEqualTo(entry);
        assertThat(format.kind(level, entry)).isEqualTo(bytes == LARGE_PAGE ? Kind.REPLICATED : Kind.LEAF);
        assertThat(format.leafBytes(level, entry)).isEqualTo(bytes);
        assertThat(format.output(level, entry)).isEqualTo(output);
        // Before version 5 nothing can be written but not read.
        boolean upgraded = format == SysMmuFormat.V1_V3 && prot == Prot.WRITE;
        assertThat(format.prot(level, entry)).isEqualTo(upgraded ? Prot.READ | Prot.WRITE : prot);
    }

    private static int prot(String allowed) {
        return switch (allowed) {
            case "READ" -> Prot.READ;
            case "WRITE" -> Prot.WRITE;
            case "RW" -> Prot.READ | Prot.WRITE;
            default -> 0;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "V1_V3, 0x43BFC400,  0x43BFC401",
        "V1_V3, 0x44A31800,  0x44A31801",
        "V5,    0x844A31800, 0x844A3181",
    })
    void link(SysMmuFormat format, long table, long entry) {
        assertThat(format.table(0, table)).isEqualTo(entry);
        assertThat(format.kind(0, entry)).isEqualTo(Kind.TABLE);
        assertThat(format.tableAddress(0, entry)).isEqualTo(table);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, EMPTY",
        "0, 1, TABLE",
        "0, 2, LEAF",
        "0, 3, EMPTY",
        "1, 0, EMPTY",
        "1, 1, REPLICATED",
        "1, 2, LEAF",
        "1, 3, LEAF"
    })
    void type(int level, long type, Kind kind) {
        assertThat(SysMmuFormat.V1_V3.kind(level, 0x6D300000 | type)).isEqualTo(kind);
        assertThat(SysMmuFormat.V5.kind(level, 0x6D300000 | type)).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"4096, 1, 1", "65536, 1, 16", "1048576, 0, 1"})
    void sizes(long bytes, int level, int copies) {
        assertThat(SysMmuFormat.V5.pageSizes())
                .anyMatch(s -> s.bytes() == bytes && s.level() == level && s.copies() == copies);
        assertThat(SMALL_PAGE | LARGE_PAGE | SECTION).isEqualTo(0x111000);
    }
}
