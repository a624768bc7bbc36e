package org.iommulab.backend.exynos;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.backend.exynos.SysMmuLayout.FaultCause;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.backend.exynos.SysMmuLayout.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysMmuLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "3, 2, 0x30400000",
        "3, 3, 0x30600000",
        "5, 0, 0x50000000",
        "7, 4, 0x70800000",
    })
    void versionRegister(int major, int minor, String value) {
        int register = Long.decode(value).intValue();
        assertThat(new Revision(major, minor, false).versionRegister()).isEqualTo(register);
        assertThat(Revision.of(register, false)).isEqualTo(new Revision(major, minor, false));
    }

    @Test
    void aSpecialVersionIsTakenAsOne() {
        assertThat(Revision.of(0x80000001, false)).isEqualTo(new Revision(1, 0, false));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0x00000785",
        "2, 0, 0x00000785",
        "3, 1, 0x00000785",
        "3, 2, 0x00500785",
        "3, 3, 0x01100784",
        "5, 0, 0x01100784",
        "7, 4, 0x01100784",
    })
    void configuration(int major, int minor, String value) {
        assertThat(new Revision(major, minor, false).config())
                .isEqualTo(Long.decode(value).intValue());
    }

    @ParameterizedTest
    @CsvSource({
        "V1_V3, 0x14,   0x0C,   0x10,   0x18, 0x1C, 0",
        "V5,    0x0C,   0x10,   0x14,   0x60, 0x64, 12",
        "V7,    0x0C,   0x10,   0x14,   0x60, 0x64, 12",
        "V7_VM, 0x800C, 0x8010, 0x8014, 0x60, 0x64, 12",
    })
    void offsets(Variant variant, int ptBase, int all, int entry, int status, int clear, int shift) {
        assertThat(variant.ptBase()).isEqualTo(ptBase);
        assertThat(variant.flushAll()).isEqualTo(all);
        assertThat(variant.flushEntry()).isEqualTo(entry);
        assertThat(variant.intStatus()).isEqualTo(status);
        assertThat(variant.intClear()).isEqualTo(clear);
        assertThat(variant.ptBaseShift()).isEqualTo(shift);
        assertThat(variant.registers())
                .extracting(SysMmuLayout.Register::offset)
                .isSorted();
    }

    @ParameterizedTest
    @CsvSource({
        "V1_V3, 0,  PAGE,                   0x24,   false",
        "V1_V3, 1,  AR MULTI-HIT,           0x2C,   false",
        "V1_V3, 2,  AW MULTI-HIT,           0x28,   true",
        "V1_V3, 3,  BUS ERROR,              0x30,   false",
        "V1_V3, 4,  AR SECURITY PROTECTION, 0x2C,   false",
        "V1_V3, 5,  AR ACCESS PROTECTION,   0x2C,   false",
        "V1_V3, 6,  AW SECURITY PROTECTION, 0x28,   true",
        "V1_V3, 7,  AW ACCESS PROTECTION,   0x28,   true",
        "V5,    0,  AR PTW,                 0x70,   false",
        "V5,    1,  AR PAGE,                0x70,   false",
        "V5,    2,  AR MULTI-HIT,           0x70,   false",
        "V5,    3,  AR ACCESS PROTECTION,   0x70,   false",
        "V5,    4,  AR SECURITY PROTECTION, 0x70,   false",
        "V5,    16, AW PTW,                 0x80,   true",
        "V5,    17, AW PAGE,                0x80,   true",
        "V5,    18, AW MULTI-HIT,           0x80,   true",
        "V5,    19, AW ACCESS PROTECTION,   0x80,   true",
        "V5,    20, AW SECURITY PROTECTION, 0x80,   true",
        "V7,    0,  PTW,                    0x70,   false",
        "V7,    1,  PAGE,                   0x70,   false",
        "V7_VM, 2,  ACCESS PROTECTION,      0x1000, false",
        "V7_VM, 5,  PAGE,                   0x1000, false",
        "V7_VM, 31, RESERVED,               0x1000, false",
    })
    void causes(Variant variant, int bit, String name, int addressRegister, boolean write) {
        FaultCause cause = variant.cause(bit).orElseThrow();
        assertThat(cause.name()).isEqualTo(name);
        assertThat(cause.addressRegister()).isEqualTo(addressRegister);
        assertThat(cause.write()).isEqualTo(write);
    }

    @Test
    void otherBitsHaveNoCause() {
        assertThat(Variant.V1_V3.cause(8)).isEmpty();
        assertThat(Variant.V5.cause(5)).isEmpty();
        assertThat(Variant.V5.cause(21)).isEmpty();
    }
}
