package org.iommulab.backend.mtkv1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.pagetable.Level;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.testkit.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MtkV1FormatTest {
    private static final MtkV1Format FORMAT = MtkV1Format.FLAT;
    private static final long SEED = 2_701;

    @Test
    void theWorkedExampleOfTheSheet() {
        int index = Level.of(FORMAT)[0].index(0x0012_3000);
        assertThat(index).isEqualTo(0x123);
        assertThat(0xBE40_0000L + 4 * index).isEqualTo(0xBE40_048CL);
        assertThat(FORMAT.leaf(0, 4096, 0x8ABC_D000L, Prot.READ)).isEqualTo(0x8ABC_D00AL);
    }

    @ParameterizedTest
    @CsvSource({
        "0x8ABCD00A, LEAF,  0x8ABCD000",
        "0x8ABCD002, LEAF,  0x8ABCD000",
        "0x8ABCD008, EMPTY, 0x8ABCD000",
        "0x0,        EMPTY, 0x0",
        "0xFFFFFFFF, LEAF,  0xFFFFF000"
    })
    void entries(long entry, Kind kind, long output) {
        assertThat(FORMAT.kind(0, entry)).isEqualTo(kind);
        assertThat(FORMAT.output(0, entry)).isEqualTo(output);
        assertThat(FORMAT.leafBytes(0, entry)).isEqualTo(4096);
    }

    @Test
    void levelsAnswerAsTheFormatDoesAndFieldsCoverAnyEntry() {
        var random = new Random(SEED);
        Level level = Level.of(FORMAT)[0];
        for (int i = 0; i < 10_000; i++) {
            long entry = random.nextInt() & 0xffff_ffffL;
            assertThat(level.kind(entry)).as("seed %d", SEED).isEqualTo(FORMAT.kind(0, entry));
            assertThat(level.output(entry)).isEqualTo(FORMAT.output(0, entry));
            assertThat(level.leaf(entry & -4096, i & 63)).isEqualTo(FORMAT.leaf(0, 4096, entry, i & 63));
            assertThat(Words.cover(new MtkV1Entries().fields(0, entry), 32, entry))
                    .isTrue();
        }
    }
}
