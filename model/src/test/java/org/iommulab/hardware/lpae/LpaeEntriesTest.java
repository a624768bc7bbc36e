package org.iommulab.hardware.lpae;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.iommulab.hardware.BitField;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.junit.jupiter.api.Test;

class LpaeEntriesTest {
    private static LpaeEntries entries(LpaeVariant variant, long sizes) {
        int bits = variant == LpaeVariant.ARM_32_S1 ? 32 : 40;
        return new LpaeEntries(LpaeFormat.of(new LpaeConfig(variant, bits, 40, sizes, Set.of(), true))
                .orElseThrow());
    }

    private static List<String> text(List<BitField> fields) {
        return fields.stream()
                .map(f -> "%d:%d %s %x %s"
                        .formatted(f.high(), f.low(), f.name(), f.value(), f.meaning())
                        .strip())
                .toList();
    }

    @Test
    void aPageOfStageOne() {
        var words = entries(LpaeVariant.ARM_32_S1, 0x4020_1000L);

        assertThat(text(words.fields(2, 0x60_0002_7654_3f47L)))
                .containsExactly(
                        "63:55 ignored 0",
                        "54:53 XN 3 never execute",
                        "52:52 contiguous 0",
                        "51:51 DBM 0",
                        "50:48 zero 0",
                        "47:12 output 276543 0x276543000",
                        "11:11 nG 1 of one ASID",
                        "10:10 AF 1 accessed",
                        "9:8 SH 3 inner shared",
                        "7:7 AP[2] 0 read and write",
                        "6:6 AP[1] 1 unprivileged too",
                        "5:5 NS 0 as the unit says",
                        "4:2 AttrIndx 1 write back",
                        "1:0 type 3 page");
        assertThat(words.kind(2, 0x2_7654_3f47L)).isEqualTo("4K rw");
        assertThat(words.sentence(1, 0x2_4000_0fc5L)).isEqualTo("Maps 2M at 0x240000000, to read only.");
    }

    @Test
    void aBlockOfStageTwo() {
        assertThat(text(entries(LpaeVariant.ARM_64_S2, 0x4020_1000L).fields(1, 0x2_4000_07fdL)))
                .contains(
                        "47:21 output 1200 0x240000000",
                        "20:12 zero 0",
                        "11:11 zero 0",
                        "7:7 write 1 may write",
                        "6:6 read 1 may read",
                        "5:2 MemAttr f write back",
                        "1:0 type 1 block");
    }

    @Test
    void aPageOfTheBigGranule() {
        assertThat(text(entries(LpaeVariant.ARM_64_S1, 0x2001_0000L).fields(1, 0x1234_5678_af47L)))
                .contains("47:16 output 12345678 0xa123456780000", "15:12 output 51:48 a");
    }

    @Test
    void aPageOfMali() {
        assertThat(text(entries(LpaeVariant.MALI, 0x4020_1000L).fields(3, 0x9abc_d2c1L)))
                .contains("11:11 zero 0", "10:10 zero 0", "7:7 write 1 may write", "1:0 type 1 page");
    }

    @Test
    void tablesAndNothing() {
        var words = entries(LpaeVariant.ARM_32_S1, 0x4020_1000L);

        assertThat(text(words.fields(0, 0x8080_0006_0001_1003L)))
                .containsExactly(
                        "63:63 NSTable 1 non-secure",
                        "62:59 limits below 0",
                        "58:56 ignored 0",
                        "55:55 software 1 cleaned to memory",
                        "54:51 ignored 0",
                        "50:48 zero 0",
                        "47:12 table base 600011 0x600011000",
                        "11:2 ignored 0",
                        "1:0 type 3 table");
        assertThat(words.sentence(0, 0x8080_0006_0001_1003L)).isEqualTo("Points at the level 2 table at 0x600011000.");
        assertThat(text(words.fields(0, 2))).containsExactly("63:2 ignored 0", "1:0 type 2 fault");
        assertThat(text(words.fields(2, 1))).containsExactly("63:2 ignored 0", "1:0 type 1 reserved: fault");
        assertThat(words.kind(2, 0)).isEqualTo("-");
    }
}
