package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of known value. */
class RiscvFormatTest {
    private static final RiscvFormat SV39 = new RiscvFormat(3, false);

    @ParameterizedTest
    @CsvSource({"3, 0xd7, false", "2, 0xd7, false", "1, 0x53, false", "0, 0x53, false", "3, 0x57, true", "1, 0x53, true"
    })
    void permissions(int prot, String bits, boolean hardwareDirty) {
        assertThat(new RiscvFormat(3, hardwareDirty).leaf(2, 4096, 0, prot)).isEqualTo(Long.decode(bits));
    }

    /** The fact sheet's table: root 0x8_0040_0000, the next two behind it. */
    @Test
    void workedExample() {
        var machine = Machine.unrecorded();
        var memory = new PhysicalMemory(machine, 0x8_0040_0000L, 16 << 20);
        var frames = new FrameAllocator(machine, 0x8_0040_0000L, 0x8_0040_0000L + (16 << 20));
        var table = new RiscvPageTable(memory, frames, SV39, TableListener.NONE);

        assertThat(table.map(0x12_3456_7000L, 0x8_9abc_d000L, 4096, 1, RiscvRig.RW))
                .isEqualTo(4096);
        assertThat(table.map(0x12_4000_0000L, 0x8_a000_0000L, 1 << 21, 1, RiscvRig.RW))
                .isEqualTo(1 << 21);

        assertThat(memory.read64(0x8_0040_0240L)).isEqualTo(0x2_0010_0401L);
        assertThat(memory.read64(0x8_0040_1d10L)).isEqualTo(0x2_0010_0801L);
        assertThat(memory.read64(0x8_0040_2b38L)).isEqualTo(0x2_26af_34d7L);
        assertThat(memory.read64(0x8_0040_0000L + 0x49 * 8)).isEqualTo(0x2_0010_0c01L);
        assertThat(memory.read64(0x8_0040_3000L)).isEqualTo(0x2_2800_00d7L);
    }

    @ParameterizedTest
    @CsvSource({"3, Sv39, 3", "4, Sv48, 4", "5, Sv57, 4"})
    void sizes(int levels, String label, int sizes) {
        var format = new RiscvFormat(levels, false);
        assertThat(format.label()).isEqualTo(label);
        assertThat(format.pageSizes())
                .hasSize(sizes)
                .startsWith(new PageSize(4096, levels - 1, 1), new PageSize(1 << 21, levels - 2, 1));
        assertThat(format.levelNames().getLast()).isEqualTo("level 0");
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, EMPTY",
        "0x01, TABLE",
        "0x03, LEAF",
        "0x07, LEAF",
        "0x0b, LEAF",
        "0x0f, LEAF",
        "0x05, EMPTY",
        "0x0d, EMPTY",
        "0x09, EMPTY",
        "0x06, EMPTY"
    })
    void kinds(String entry, Kind kind) {
        assertThat(SV39.kind(0, Long.decode(entry))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 0x3fffffffff, true",
        "3, 0x4000000000, false",
        "3, 0xffffffc000000000, true",
        "4, 0x7fffffffffff, true",
        "4, 0x800000000000, false",
        "5, 0xffffffffffffff, true",
        "5, 0x100000000000000, false",
        "5, 0xff00000000000000, true"
    })
    void upperBitsRepeatTheHighest(int levels, String input, boolean canonical) {
        assertThat(new RiscvFormat(levels, false).isCanonical(Long.parseUnsignedLong(input.substring(2), 16)))
                .isEqualTo(canonical);
    }

    @Test
    void wordsCoverAllBits() {
        var words = new RiscvEntries(SV39);
        for (long entry : List.of(0L, 0x2_0010_0401L, 0x2_26af_34d7L, 5L, -1L)) {
            assertThat(words.fields(1, entry).stream()
                            .mapToInt(field -> field.high() - field.low() + 1)
                            .sum())
                    .isEqualTo(64);
        }
        assertThat(words.sentence(0, 0x2_0010_0401L)).isEqualTo("Points at the level 1 table at 0x800401000.");
        assertThat(words.sentence(2, 5)).contains("page fault");
        assertThat(words.kind(2, 0x2_26af_34d7L)).isEqualTo("4K rw");
    }

    @Test
    void whatIsMappedMayBeRead() {
        assertThat(SV39.prot(2, SV39.leaf(2, 4096, 0, Prot.WRITE))).isEqualTo(Prot.READ | Prot.WRITE);
    }
}
