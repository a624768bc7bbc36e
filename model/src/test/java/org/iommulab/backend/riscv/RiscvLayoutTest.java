package org.iommulab.backend.riscv;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.backend.riscv.RiscvCommand.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fact sheet's numbers. */
class RiscvLayoutTest {
    private static final long ROOT = 0x8_0010_0000L;

    @Test
    void theDirectoryOfDevice108() {
        assertThat(RiscvLayout.ppn(ROOT) | RiscvLayout.LEVELS_3).isEqualTo(0x2_0004_0004L);
        assertThat(RiscvDdt.entry(0x8_0010_1000L)).isEqualTo(0x2_0004_0401L);
        assertThat(RiscvDdt.entry(0x8_0010_2000L)).isEqualTo(0x2_0004_0801L);
        assertThat(RiscvLayout.address(0x2_0004_0801L)).isEqualTo(0x8_0010_2000L);
    }

    @ParameterizedTest
    @CsvSource({
        // extended, id: index at levels 2, 1, 0; offset of the context in its page
        "true,  0x108,    0, 4,   8,   0x200",
        "false, 0x108,    0, 2,   8,   0x100",
        "true,  0xffffff, 0x1ff, 0x1ff, 0x3f, 0xfc0",
        "false, 0xffffff, 0xff,  0x1ff, 0x7f, 0xfe0",
    })
    void anIdPicksItsWay(boolean extended, String text, String top, String middle, String leaf, String offset) {
        int id = Integer.decode(text);
        var ddt = new RiscvDdt(extended);
        assertThat(ddt.index(2, id)).isEqualTo(Integer.decode(top));
        assertThat(ddt.index(1, id)).isEqualTo(Integer.decode(middle));
        assertThat(ddt.index(0, id)).isEqualTo(Integer.decode(leaf));
        assertThat(ddt.offset(0, id)).isEqualTo(Long.decode(offset));
    }

    @ParameterizedTest
    @CsvSource({
        "true, 1, 63",
        "true, 2, 0x7fff",
        "true, 3, 0xffffff",
        "false, 1, 127",
        "false, 2, 0xffff",
        "false, 3, 0xffffff"
    })
    void howFarADirectoryReaches(boolean extended, int levels, String last) {
        var ddt = new RiscvDdt(extended);
        assertThat(ddt.reaches(levels, Integer.decode(last))).isTrue();
        assertThat(ddt.reaches(levels, Integer.decode(last) + 1)).isFalse();
    }

    @Test
    void aContextForPscid5() {
        var dc = new RiscvDc(RiscvDc.V, 0, RiscvDc.ta(5), RiscvDc.fsc(3, 0x8_0040_0000L), 0);
        assertThat(dc.ta()).isEqualTo(0x5000);
        assertThat(dc.fsc()).isEqualTo(0x8000_0000_0080_0400L);
        assertThat(dc.pscid()).isEqualTo(5);
        assertThat(dc.levels()).isEqualTo(3);
        assertThat(dc.root()).isEqualTo(0x8_0040_0000L);
        assertThat(dc.fits(RiscvCaps.QEMU)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"3, 8", "4, 9", "5, 10"})
    void modesOfTheFirstStage(int levels, int mode) {
        assertThat(RiscvDc.fsc(levels, 0) >>> 60).isEqualTo(mode);
    }

    // tc, iohgatp, ta, fsc, msiptp; 0x38_a040_0e10 is QEMU's, of which AMO_HWAD is no part
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 0, 0, true",
        "1, 0, 0, 0x80000, 0, true", // bare, whatever the root
        "0x11, 0, 0x5000, 0x8000000000080000, 0, true",
        "0x101, 0, 0, 0, 0, false", // SADE without AMO_HWAD
        "3, 0, 0, 0, 0, false", // ATS
        "0x21, 0, 0, 0, 0, false", // a process directory
        "0x401, 0, 0, 0, 0, false", // big endian
        "0x1001, 0, 0, 0, 0, false", // reserved
        "1, 0x8000000000000000, 0, 0, 0, false", // a second stage
        "1, 0, 1, 0, 0, false",
        "1, 0, 0, 0x1000000000000000, 0, false", // no such mode
        "1, 0, 0, 0x8000100000000000, 0, false", // reserved bits beside the root
        "1, 0, 0, 0, 0x1000000000000000, false",
    })
    void whatAUnitTakes(String tc, String iohgatp, String ta, String fsc, String msiptp, boolean fits) {
        var dc = new RiscvDc(hex(tc), hex(iohgatp), hex(ta), hex(fsc), hex(msiptp));
        assertThat(dc.fits(RiscvCaps.QEMU)).isEqualTo(fits);
    }

    private static long hex(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
    }

    @Test
    void commands() {
        assertThat(RiscvCommand.forget(5)).isEqualTo(new RiscvCommand(0x1_0000_5001L, 0));
        assertThat(RiscvCommand.forget(5).at(0x12_3456_7000L))
                .isEqualTo(new RiscvCommand(0x1_0000_5401L, 0x4_8d15_9c00L));
        assertThat(RiscvCommand.fence()).isEqualTo(new RiscvCommand(0x3002, 0));
        assertThat(RiscvCommand.forgetContext(0x108)).isEqualTo(new RiscvCommand(0x0001_0802_0000_0003L, 0));
        assertThat(RiscvCommand.forgetContexts()).isEqualTo(new RiscvCommand(3, 0));
        assertThat(RiscvCommand.forgetAll()).isEqualTo(new RiscvCommand(1, 0));
    }

    @Test
    void operandsComeOutAgain() {
        assertThat(RiscvCommand.forget(5).at(0x12_3456_7000L).page()).isEqualTo(0x12_3456_7000L);
        assertThat(RiscvCommand.forget(0xf_ffff).pscid()).isEqualTo(0xf_ffff);
        assertThat(RiscvCommand.forgetContext(0xff_ffff).did()).isEqualTo(0xff_ffff);
    }

    @ParameterizedTest
    @CsvSource({
        "1, IOTINVAL_VMA",
        "0x81, IOTINVAL_GVMA",
        "2, IOFENCE",
        "3, IODIR_INVAL_DDT",
        "0x83, IODIR_INVAL_PDT",
        "4, ATS",
        "0x84, ATS",
        "0, ILLEGAL",
        "5, ILLEGAL",
        "0x82, ILLEGAL",
        "0x101, ILLEGAL"
    })
    void operations(String word, Operation operation) {
        assertThat(new RiscvCommand(Long.decode(word), 0).operation()).isEqualTo(operation);
    }

    @Test
    void aRecordOfAPageFault() {
        RiscvFault fault = RiscvFault.of(RiscvCause.READ_PAGE, 0x108, 0x12_3456_7000L, false);
        assertThat(fault.header()).isEqualTo(0x0001_0808_0000_000dL);
        assertThat(fault.cause()).isEqualTo(13);
        assertThat(fault.did()).isEqualTo(0x108);
        assertThat(RiscvFault.of(RiscvCause.WRITE_PAGE, 0x108, 0, true).header())
                .isEqualTo(0x0001_080c_0000_000fL);
    }

    @ParameterizedTest
    @EnumSource(RiscvCause.class)
    void causesByNumber(RiscvCause cause) {
        assertThat(RiscvCause.of(cause.number())).contains(cause);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x10, 0x18, 0x28, 0x38, 0x258, 0x2f8})
    void wideRegisters(int offset) {
        assertThat(RiscvLayout.isWide(offset)).isTrue();
        assertThat(RiscvLayout.isWide(offset + 4)).isFalse();
    }
}
