package org.iommulab.backend.mtk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.backend.mtk.MtkSoc.LarbKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The sheet's table of SoCs, and the numbers of its worked examples. */
class MtkSocTest {
    // SoC | input bits | output bits | INV_SEL | regions | banks | larbs' switches
    @ParameterizedTest
    @CsvSource({
        "MT2712,32,32,0x38,1,1,PORTS",
        "MT6779,32,35,0x2c,1,1,PORTS",
        "MT6795,32,32,0x38,1,1,MASK_MT8173",
        "MT8167,32,35,0x38,1,1,MASK_MT8167",
        "MT8173,32,32,0x38,1,1,MASK_MT8173",
        "MT8183,32,35,0x38,1,1,PORTS",
        "MT8186,34,35,0x2c,6,1,PORTS",
        "MT8192,34,35,0x2c,6,1,PORTS",
        "MT8195_INFRA,32,35,0x2c,1,2,PORTS",
        "MT8195_VDO,34,35,0x2c,6,1,PORTS",
        "MT8195_VPP,34,35,0x2c,6,1,PORTS",
        "MT8365,32,35,0x38,1,1,PORTS"
    })
    void theTableOfTheSheet(MtkSoc soc, int input, int output, int invSel, int regions, int banks, LarbKind larbs) {
        assertThat(soc.driverTables(false).inputBits()).isEqualTo(input);
        assertThat(soc.driverTables(false).outputBits()).isEqualTo(output);
        assertThat(soc.invSel().in(0)).isEqualTo(invSel);
        assertThat(soc.regionCount()).isEqualTo(regions);
        assertThat(soc.banks()).hasSize(banks);
        assertThat(soc.larbKind()).isEqualTo(larbs);
        assertThat(MtkSoc.named(soc.key())).contains(soc);
    }

    @Test
    void in4GbModeTheTablesHaveOneBitMore() {
        assertThat(Arrays.stream(MtkSoc.values()).filter(soc -> soc.has(Flag.HAS_4GB_MODE)))
                .containsExactly(MtkSoc.MT2712, MtkSoc.MT6795, MtkSoc.MT8173)
                .allMatch(soc -> soc.driverTables(true).outputBits() == 33);
        assertThat(MtkSoc.MT8183.driverTables(true).outputBits()).isEqualTo(35);
    }

    @ParameterizedTest
    @CsvSource({
        "MT8173,0,1,0x4",
        "MT8173,4,0,0x200",
        "MT8183,1,2,0x388",
        "MT6779,8,3,0xa8c",
        "MT8195_VDO,0,2,0x88",
        "MT8195_VDO,19,0,0x800",
        "MT8195_VPP,18,1,0x1b04",
        "MT8365,2,40,0x2a0"
    })
    void theInterruptIdNamesLarbAndPort(MtkSoc soc, int larb, int port, int id) {
        assertThat(soc.interruptId(larb, port)).isEqualTo(id);
        assertThat(soc.larbOf(id)).isEqualTo(larb);
        assertThat(soc.portOf(id)).isEqualTo(port);
    }

    @ParameterizedTest
    @EnumSource(MtkSoc.class)
    void everyInterruptIdIsReadWithoutAnError(MtkSoc soc) {
        for (int id = 0; id < 0x4000; id++) {
            assertThat(soc.larbOf(id)).isBetween(0, MtkSoc.NO_LARB);
            assertThat(soc.portOf(id)).isBetween(0, 63);
        }
    }

    @Test
    void theInfrastructuresMastersAreNotNamed() {
        assertThat(MtkSoc.MT8195_INFRA.larbOf(0x78)).isEqualTo(MtkSoc.NO_LARB);
        assertThat(MtkSoc.MT8195_INFRA.portOf(0x78)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "MT8173,5,0xff,0",
        "MT8195_VDO,0,0x4,0",
        "MT8195_VDO,19,0x3c0001f,1",
        "MT8195_VPP,4,1,2",
        "MT8195_VPP,18,3,4",
        "MT8195_VPP,18,0xc,5",
        "MT8195_VPP,18,0xf,-1",
        "MT8192,14,0x30,5",
        "MT8192,14,0x40,2",
        "MT8186,13,0x600,4",
        "MT8186,14,0x1,5",
        "MT8186,31,1,-1"
    })
    void regionsGoByLarbAndPort(MtkSoc soc, int larb, String ports, int region) {
        assertThat(soc.regionOf(larb, Long.decode(ports).intValue()).orElse(-1)).isEqualTo(region);
    }

    @Test
    void banksGoByPortOfTheInfrastructure() {
        assertThat(MtkSoc.MT8195_INFRA.bankOf(1 << 16)).isZero();
        assertThat(MtkSoc.MT8195_INFRA.bankOf(1 << 31 | 1 << 30)).isEqualTo(4);
        assertThat(MtkSoc.MT8195_VDO.bankOf(1 << 31)).isZero();
    }

    @Test
    void windowsOfTheCameraAreInTheThirdRegion() {
        List<MtkRegion> regions = MtkRegion.of(MtkSoc.MT8195_VDO, true);
        assertThat(regions.stream().map(MtkRegion::end))
                .containsExactly(
                        0xff7f_ffffL, 0x1_ff7f_ffffL, 0x2_ff7f_ffffL, 0x3_ff7f_ffffL, 0x2_43ff_ffffL, 0x2_47ff_ffffL);
        for (int i = 0; i < 4; i++) {
            assertThat(regions.stream().filter(regions.get(i)::holds)).hasSize(i == 2 ? 2 : 0);
        }
        assertThat(MtkRegion.of(MtkSoc.MT8173, false)).containsExactly(new MtkRegion(0, 1L << 32));
    }

    @Test
    void addressesInRegisters() {
        assertThat(MtkLayout.tlbAddress(0x1_2345_6000L)).isEqualTo(0x2345_6001);
        assertThat(MtkLayout.tlbPage(0x2345_6001)).isEqualTo(0x1_2345_6000L);
        assertThat(MtkLayout.protect(0xbe00_0100L, true, false)).isEqualTo(0x5f00_0080);
        assertThat(MtkLayout.protect(0xbe00_0100L, true, true)).isEqualTo(0xdf00_0080);
        assertThat(MtkLayout.protectedPage(0xdf00_0080, true)).isEqualTo(0xbe00_0100L);
        assertThat(MtkLayout.protectedPage(MtkLayout.protect(0x1_be00_0100L, false, false), false))
                .isEqualTo(0x1_be00_0100L);
        assertThat(MtkLayout.tableBase(0xbf80_0002)).isEqualTo(0x2_bf80_0000L);
        assertThat(MtkLayout.bankSelect(1)).isEqualTo(0x5500);
        assertThat(MtkLayout.bankSelected(0x5501)).isEqualTo(1);
        int fault = MtkLayout.faultAddress(0x1_2345_6789L, 0x3_0000_0000L, true);
        assertThat(fault).isEqualTo(0x2345_6000 | 1 << 9 | 3 << 6 | 3);
        assertThat(MtkLayout.faultPage(fault)).isEqualTo(0x1_2345_6000L);
        assertThat(MtkLayout.faultUpperPhysical(fault)).isEqualTo(0x3_0000_0000L);
        assertThat(MtkLayout.larb(0x260)).isEqualTo(19);
        assertThat(MtkLayout.port(0x279)).isEqualTo(25);
    }

    @Test
    void everyRegisterHasItsOwnPlace() {
        assertThat(Arrays.stream(Register.values()).map(r -> r.in(4)).distinct())
                .hasSize(Register.values().length);
        assertThat(Register.at(0x134)).contains(Register.FAULT_ST1);
        assertThat(Register.at(0x130)).isEmpty();
    }
}
