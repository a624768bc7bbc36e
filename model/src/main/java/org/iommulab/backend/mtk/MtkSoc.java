package org.iommulab.backend.mtk;

import static org.iommulab.backend.mtk.MtkSoc.Flag.DCM_DISABLE;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_4GB_MODE;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_BCLK;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_LEGACY_IVRP_PADDR;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_SUB_COMM_2BITS;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_SUB_COMM_3BITS;
import static org.iommulab.backend.mtk.MtkSoc.Flag.HAS_VLD_PA_RNG;
import static org.iommulab.backend.mtk.MtkSoc.Flag.INFRA;
import static org.iommulab.backend.mtk.MtkSoc.Flag.INT_ID_PORT_WIDTH_6;
import static org.iommulab.backend.mtk.MtkSoc.Flag.INV_SEL_GEN1;
import static org.iommulab.backend.mtk.MtkSoc.Flag.IOVA_34_EN;
import static org.iommulab.backend.mtk.MtkSoc.Flag.OUT_ORDER_WR_EN;
import static org.iommulab.backend.mtk.MtkSoc.Flag.PGTABLE_PA_35_EN;
import static org.iommulab.backend.mtk.MtkSoc.Flag.PM_CLK_AO;
import static org.iommulab.backend.mtk.MtkSoc.Flag.RESET_AXI;
import static org.iommulab.backend.mtk.MtkSoc.Flag.SHARE_PGTABLE;
import static org.iommulab.backend.mtk.MtkSoc.Flag.STD_AXI_MODE;
import static org.iommulab.backend.mtk.MtkSoc.Flag.TF_PORT_TO_ADDR_MT8173;
import static org.iommulab.backend.mtk.MtkSoc.Flag.WR_THROT_EN;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.pagetable.armv7s.ArmV7sConfig;
import org.iommulab.pagetable.armv7s.ArmV7sQuirk;

/**
 * How the M4Us of the SoCs differ: what the driver's match data say ({@code struct mtk_iommu_plat_data}, v6.6), which is
 * how the hardware is wired. mt8188, which came with v6.6 and has its ports switched by the firmware, is not here.
 */
public enum MtkSoc {
    MT2712(Regions.NONE, Remap.LINEAR, HAS_4GB_MODE, HAS_BCLK, HAS_VLD_PA_RNG, SHARE_PGTABLE, INV_SEL_GEN1),
    MT6779(Regions.NONE, Remap.MT6779, HAS_SUB_COMM_2BITS, OUT_ORDER_WR_EN, WR_THROT_EN, PGTABLE_PA_35_EN),
    MT6795(
            Regions.NONE,
            Remap.LINEAR,
            HAS_4GB_MODE,
            HAS_BCLK,
            RESET_AXI,
            HAS_LEGACY_IVRP_PADDR,
            TF_PORT_TO_ADDR_MT8173,
            INV_SEL_GEN1),
    MT8167(Regions.NONE, Remap.LINEAR, RESET_AXI, HAS_LEGACY_IVRP_PADDR, INV_SEL_GEN1),
    MT8173(
            Regions.NONE,
            Remap.LINEAR,
            HAS_4GB_MODE,
            HAS_BCLK,
            RESET_AXI,
            HAS_LEGACY_IVRP_PADDR,
            TF_PORT_TO_ADDR_MT8173,
            INV_SEL_GEN1),
    MT8183(Regions.NONE, Remap.MT8183, RESET_AXI, INV_SEL_GEN1),
    MT8186(Regions.MT8186, Remap.MT8186, HAS_BCLK, HAS_SUB_COMM_2BITS, OUT_ORDER_WR_EN, WR_THROT_EN, IOVA_34_EN),
    MT8192(Regions.MT8192, Remap.MT8192, HAS_BCLK, HAS_SUB_COMM_2BITS, OUT_ORDER_WR_EN, WR_THROT_EN, IOVA_34_EN),
    MT8195_INFRA(Regions.NONE, Remap.LINEAR, WR_THROT_EN, DCM_DISABLE, STD_AXI_MODE, PM_CLK_AO, INFRA),
    MT8195_VDO(
            Regions.MT8195,
            Remap.MT8195_VDO,
            HAS_BCLK,
            HAS_SUB_COMM_2BITS,
            OUT_ORDER_WR_EN,
            WR_THROT_EN,
            IOVA_34_EN,
            SHARE_PGTABLE),
    MT8195_VPP(
            Regions.MT8195,
            Remap.MT8195_VPP,
            HAS_BCLK,
            HAS_SUB_COMM_3BITS,
            OUT_ORDER_WR_EN,
            WR_THROT_EN,
            IOVA_34_EN,
            SHARE_PGTABLE),
    /** From v6.2 on. */
    MT8365(Regions.NONE, Remap.LINEAR, RESET_AXI, INT_ID_PORT_WIDTH_6, INV_SEL_GEN1);

    /** MTK_INVALID_LARBID. */
    public static final int NO_LARB = 32;

    private static final int PCIE_PORTS = 0x000f_0000;
    private static final int USB_PORTS = 0xfff0_0000;

    private final int[][] regions;
    private final int[][] remap;
    private final Set<Flag> flags;

    /** The flags of the match data, by the kernel's names; INFRA for MTK_IOMMU_TYPE_INFRA, INV_SEL_GEN1 for its register. */
    public enum Flag {
        HAS_4GB_MODE,
        HAS_BCLK,
        HAS_VLD_PA_RNG,
        RESET_AXI,
        OUT_ORDER_WR_EN,
        HAS_SUB_COMM_2BITS,
        HAS_SUB_COMM_3BITS,
        WR_THROT_EN,
        HAS_LEGACY_IVRP_PADDR,
        IOVA_34_EN,
        SHARE_PGTABLE,
        DCM_DISABLE,
        STD_AXI_MODE,
        PM_CLK_AO,
        INFRA,
        PGTABLE_PA_35_EN,
        TF_PORT_TO_ADDR_MT8173,
        INT_ID_PORT_WIDTH_6,
        INV_SEL_GEN1
    }

    /** Where a larb has its ports' switches. */
    public enum LarbKind {
        /** A register for each port. */
        PORTS,
        MASK_MT8173,
        MASK_MT8167
    }

    MtkSoc(int[][] regions, int[][] remap, Flag... flags) {
        this.regions = regions;
        this.remap = remap;
        this.flags = EnumSet.copyOf(Arrays.asList(flags));
    }

    public boolean has(Flag flag) {
        return flags.contains(flag);
    }

    /** As boards name it: {@code mt8195-vdo}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<MtkSoc> named(String key) {
        return Arrays.stream(values()).filter(soc -> soc.key().equals(key)).findFirst();
    }

    public LarbKind larbKind() {
        return switch (this) {
            case MT6795, MT8173 -> LarbKind.MASK_MT8173;
            case MT8167 -> LarbKind.MASK_MT8167;
            case MT2712, MT6779, MT8183, MT8186, MT8192, MT8195_INFRA, MT8195_VDO, MT8195_VPP, MT8365 -> LarbKind.PORTS;
        };
    }

    public Register invSel() {
        return has(INV_SEL_GEN1) ? Register.INV_SEL_GEN1 : Register.INV_SEL_GEN2;
    }

    // ---- banks

    /** The banks that are used, each with registers, a table and an interrupt of its own. */
    public List<Integer> banks() {
        return this == MT8195_INFRA ? List.of(0, 4) : List.of(0);
    }

    /** Which bank serves ports of an infrastructure M4U, a bit for each; 0 where there is one only. */
    public int bankOf(int ports) {
        return this == MT8195_INFRA && (ports & PCIE_PORTS) == 0 && (ports & USB_PORTS) != 0 ? 4 : 0;
    }

    // ---- regions of input addresses

    /** How many regions its input addresses are divided into: 1 or 6. */
    public int regionCount() {
        return Math.max(1, regions.length);
    }

    /**
     * The region in which all these ports of a larb are; empty when there is none.
     *
     * @param ports a bit for each
     */
    public Optional<Integer> regionOf(int larb, int ports) {
        if (regions.length == 0) {
            return Optional.of(0);
        }
        for (int region = 0; region < regions.length; region++) {
            int mask = larb < regions[region].length ? regions[region][larb] : 0;
            if ((mask & ports) == ports) {
                return Optional.of(region);
            }
        }
        return Optional.empty();
    }

    // ---- tables

    /** What the walker reads: addresses of as many bits as there are, whatever the driver asked for. */
    ArmV7sConfig hardwareTables() {
        return new ArmV7sConfig(has(IOVA_34_EN) ? 34 : 32, 35, EnumSet.allOf(ArmV7sQuirk.class), false);
    }

    /** What the driver asks of io-pgtable. */
    ArmV7sConfig driverTables(boolean mode4Gb) {
        var quirks = EnumSet.of(ArmV7sQuirk.ARM_NS, ArmV7sQuirk.NO_PERMS, ArmV7sQuirk.ARM_MTK_EXT);
        if (has(PGTABLE_PA_35_EN)) {
            quirks.add(ArmV7sQuirk.ARM_MTK_TTBR_EXT);
        }
        int output = !has(HAS_4GB_MODE) ? 35 : mode4Gb ? 33 : 32;
        return new ArmV7sConfig(has(IOVA_34_EN) ? 34 : 32, output, quirks, false);
    }

    // ---- INT_ID

    /** What the unit latches for a port of a larb. */
    public int interruptId(int larb, int port) {
        for (int common = 0; common < remap.length; common++) {
            for (int sub = 0; sub < remap[common].length; sub++) {
                if (remap[common][sub] == larb) {
                    return has(HAS_SUB_COMM_3BITS)
                            ? common << 10 | sub << 7 | port << 2
                            : has(HAS_SUB_COMM_2BITS)
                                    ? common << 9 | sub << 7 | port << 2
                                    : has(INT_ID_PORT_WIDTH_6) ? common << 8 | port << 2 : common << 7 | port << 2;
                }
            }
        }
        return port << 2;
    }

    /** The larb, as the driver finds it out of INT_ID; {@link #NO_LARB} for the infrastructure's. */
    public int larbOf(int interruptId) {
        if (has(INFRA)) {
            return NO_LARB;
        }
        if (has(HAS_SUB_COMM_3BITS)) {
            return remapped(interruptId >>> 10 & 7, interruptId >>> 7 & 7);
        }
        if (has(HAS_SUB_COMM_2BITS)) {
            return remapped(interruptId >>> 9 & 7, interruptId >>> 7 & 3);
        }
        return remapped(interruptId >>> (has(INT_ID_PORT_WIDTH_6) ? 8 : 7) & 7, 0);
    }

    // What the table of C does not name is 0.
    private int remapped(int common, int sub) {
        return common < remap.length && sub < remap[common].length ? remap[common][sub] : 0;
    }

    /** The port in INT_ID, as the driver finds it. */
    public int portOf(int interruptId) {
        return has(INFRA) ? 0 : interruptId >>> 2 & (has(INT_ID_PORT_WIDTH_6) ? 63 : 31);
    }

    /** larbid_remap: the larb at each input of each sub-common. */
    private static final class Remap {
        static final int[][] LINEAR = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};
        static final int[][] MT6779 = {{0}, {1}, {2}, {3}, {5}, {7, 8}, {10}, {9}};
        static final int[][] MT8183 = {{0}, {4}, {5}, {6}, {7}, {2}, {3}, {1}};
        static final int[][] MT8186 = {
            {0}, {1, NO_LARB, 8}, {4}, {7}, {2}, {9, 11, 19, 20}, {NO_LARB, 14, 16}, {NO_LARB, 13, NO_LARB, 17}
        };
        static final int[][] MT8192 = {{0}, {1}, {4, 5}, {7}, {2}, {9, 11, 19, 20}, {0, 14, 16}, {0, 13, 18, 17}};
        static final int[][] MT8195_VDO = {{2, 0}, {21}, {24}, {7}, {19}, {9, 10, 11}, {13, 17, 15, 25}, {5}};
        static final int[][] MT8195_VPP = {
            {1},
            {3},
            {22, NO_LARB, NO_LARB, NO_LARB, 23},
            {8},
            {20},
            {12},
            {14, 16, 29, 26, 30, 31, 18},
            {4, NO_LARB, NO_LARB, NO_LARB, 6}
        };
    }

    /** Which ports of which larb are in which region: a mask for each larb. */
    private static final class Regions {
        static final int[][] NONE = {};
        static final int[][] MT8186 = {
            ports(0, 1, 2),
            ports(4, 7),
            with(ports(8, 9, 11, 16, 17, 19, 20), 13, ~0x600),
            {},
            with(new int[NO_LARB], 13, 0x600),
            ports(14)
        };
        static final int[][] MT8192 = {
            ports(0, 1),
            ports(4, 5, 7),
            with(with(ports(2, 9, 11, 16, 17, 18, 19, 20), 13, ~0x600), 14, ~0x30),
            {},
            with(new int[NO_LARB], 13, 0x600),
            with(new int[NO_LARB], 14, 0x30)
        };
        static final int[][] MT8195 = {
            ports(0, 1, 2, 3),
            ports(19, 20, 21, 22, 23, 24),
            ports(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 25, 26, 27, 28),
            {},
            with(new int[NO_LARB], 18, 0x3),
            with(new int[NO_LARB], 18, 0xc)
        };

        private static int[] ports(int... larbs) {
            var masks = new int[NO_LARB];
            for (int larb : larbs) {
                masks[larb] = ~0;
            }
            return masks;
        }

        private static int[] with(int[] masks, int larb, int mask) {
            masks[larb] = mask;
            return masks;
        }
    }
}
