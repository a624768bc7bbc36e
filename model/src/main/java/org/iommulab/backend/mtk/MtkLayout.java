package org.iommulab.backend.mtk;

import java.util.Optional;

/**
 * Registers of the M4U, of larbs and of the two system controllers beside them, and their bits, as Linux v6.1 has them:
 *
 * <ul>
 *   <li>the M4U's registers are REG_MMU_*, their bits F_*, both of drivers/iommu/mtk_iommu.c; a bank's distance is
 *       MTK_IOMMU_BANK_SZ there, the protect page's size MTK_PROTECT_PA_ALIGN. Most are written by mtk_iommu_hw_init, the
 *       invalidations by mtk_iommu_tlb_flush_all and mtk_iommu_tlb_flush_range_sync; mtk_iommu_isr reads the faults;
 *   <li>addresses in registers: MTK_IOMMU_TLB_ADDR for the invalidations, mtk_iommu_hw_init for IVRP_PADDR, mtk_iommu_isr
 *       for faults, MTK_IOMMU_4GB_MODE_REMAP_BASE for 4GB mode, all in the same file; PT_BASE_ADDR is arm_v7s_cfg.ttbr, for
 *       35 bits with the upper ones as arm_v7s_alloc_pgtable of io-pgtable-arm-v7s.c puts them;
 *   <li>ids of masters: include/dt-bindings/memory/mtk-memory-port.h;
 *   <li>larbs: MT8173_SMI_LARB_MMU_EN, MT8167_SMI_LARB_MMU_EN, SMI_LARB_NONSEC_CON, F_MMU_EN and BANK_SEL of
 *       drivers/memory/mtk-smi.c, written by mtk_smi_larb_config_port_mt8173, _mt8167 and _gen2_general;
 *   <li>infracfg: include/linux/soc/mediatek/infracfg.h; pericfg: mtk_iommu.c, see {@link MtkSyscon}.
 * </ul>
 */
public final class MtkLayout {
    /** From one bank's registers to the next one's. */
    public static final int BANK_BYTES = 0x1000;

    /** INVALIDATE. */
    public static final int INVALIDATE_ALL = 2;

    public static final int INVALIDATE_RANGE = 1;
    /** INV_SEL: both halves of the TLB. */
    public static final int INV_SEL_BOTH = 3;

    public static final int MISC_STANDARD_AXI = 1 << 3 | 1 << 19;
    public static final int MISC_IN_ORDER_WRITE = 1 << 1 | 1 << 17;
    public static final int DCM_OFF = 1 << 8;
    public static final int WR_LEN_NO_THROTTLE = 1 << 5 | 1 << 21;
    /** CTRL_REG: an access that faults goes to the address in IVRP_PADDR. */
    public static final int CTRL_PROTECT = 2 << 4;

    /** The same on mt8173 and mt6795, where another bit comes along. */
    public static final int CTRL_PROTECT_MT8173 = 1 << 4 | 2 << 5;
    /** VLD_PA_RNG in 4GB mode: gigabytes 4 to 7. */
    public static final int VLD_PA_4GB = 7 << 8 | 4;

    /** INT_CONTROL0: everything but bit 4. */
    public static final int INT_CONTROL_ALL = 0x6f;

    public static final int INT_TABLE_WALK = 1 << 1;
    public static final int INT_CLEAR = 1 << 12;
    /** INT_MAIN_CONTROL: all causes of both halves. */
    public static final int INT_MAIN_ALL = 0x3fff;

    public static final int FAULT_TRANSLATION = 1;
    public static final int FAULT_INVALID_PA = 1 << 2;
    /** FAULT_ST1: the causes of the first half. */
    public static final int FAULT_MMU0 = 0x7f;

    public static final int FAULT_VA_WRITE = 1 << 1;
    public static final int FAULT_VA_LAYER = 1;

    /** Bytes of the page that faulting accesses are sent to, and its alignment. */
    public static final int PROTECT_BYTES = 256;
    /** In 4GB mode, where the units see DRAM that the CPU sees 4 GiB below. */
    public static final long REMAP_4GB = 0x1_4000_0000L;

    public static final long BIT_32 = 1L << 32;

    /** Infracfg: whether more than 3 GiB of DRAM are fitted (REG_INFRA_MISC, F_DDR_4GB_SUPPORT_EN). */
    public static final int INFRA_MISC = 0xf00;

    public static final int INFRA_MISC_4GB = 1 << 13;
    /** Pericfg: a bit for each port that goes through the infrastructure's M4U. */
    public static final int PERICFG_IOMMU_1 = 0x714;

    /** Larbs: a port's bit, in a register for all of them. */
    public static final int LARB_MMU_EN_MT8173 = 0xf00;

    public static final int LARB_MMU_EN_MT8167 = 0xfc0;
    /** Larbs of the other SoCs: a register for each port. */
    public static final int LARB_NONSEC_CON = 0x380;

    public static final int LARB_PORTS = 32;
    public static final int NONSEC_MMU_EN = 1;

    private static final long PAGE_MASK = 0xffff_f000L;
    private static final int BANK_SEL_SHIFT = 8;
    // The two bits stand there four times.
    private static final int BANK_SEL_COPIES = 0x55;
    private static final int VA_UPPER_SHIFT = 9;
    private static final int PA_UPPER_SHIFT = 6;
    private static final long TABLE_MASK = 0xffff_ff80L;

    private MtkLayout() {}

    /** The registers of a bank. */
    public enum Register {
        PT_BASE_ADDR(0x000),
        INVALIDATE(0x020),
        INVLD_START_A(0x024),
        INVLD_END_A(0x028),
        INV_SEL_GEN2(0x02c),
        INV_SEL_GEN1(0x038),
        MISC_CTRL(0x048),
        DCM_DIS(0x050),
        WR_LEN_CTRL(0x054),
        CTRL_REG(0x110),
        IVRP_PADDR(0x114),
        VLD_PA_RNG(0x118),
        INT_CONTROL0(0x120),
        INT_MAIN_CONTROL(0x124),
        CPE_DONE(0x12c),
        FAULT_ST1(0x134),
        MMU0_FAULT_VA(0x13c),
        MMU0_INVLD_PA(0x140),
        MMU1_FAULT_VA(0x144),
        MMU1_INVLD_PA(0x148),
        MMU0_INT_ID(0x150),
        MMU1_INT_ID(0x154);

        private final int offset;

        Register(int offset) {
            this.offset = offset;
        }

        public int in(int bank) {
            return bank * BANK_BYTES + offset;
        }

        /** The register at an offset within a bank. */
        public static Optional<Register> at(int offset) {
            for (Register register : values()) {
                if (register.offset == offset) {
                    return Optional.of(register);
                }
            }
            return Optional.empty();
        }
    }

    // ---- ids of masters

    /** MTK_M4U_TO_LARB. */
    public static int larb(int id) {
        return id >>> 5 & 31;
    }

    /** MTK_M4U_TO_PORT. */
    public static int port(int id) {
        return id & 31;
    }

    // ---- addresses in registers

    /** An input address of up to 34 bits, as INVLD_START_A and INVLD_END_A have it. */
    public static int tlbAddress(long iova) {
        return (int) (iova & PAGE_MASK | iova >>> 32);
    }

    /** The page that such a register means. */
    public static long tlbPage(int register) {
        return register & PAGE_MASK | (register & 3L) << 32;
    }

    /** Where the root is that PT_BASE_ADDR names; 35 bits. */
    public static long tableBase(int register) {
        return register & TABLE_MASK | (register & 7L) << 32;
    }

    /** IVRP_PADDR for a page. */
    public static int protect(long address, boolean legacy, boolean mode4Gb) {
        return legacy ? (int) (address >>> 1) | (mode4Gb ? 1 << 31 : 0) : (int) (address | address >>> 32);
    }

    /** The page that IVRP_PADDR names, as the CPU sees it; a legacy register's upper bit says 4GB mode. */
    public static long protectedPage(int register, boolean legacy) {
        return legacy ? (register & 0x7fff_ff80L) << 1 : register & 0xffff_ff00L | (register & 7L) << 32;
    }

    /** MMUx_FAULT_VA: the page, its upper bits and those of the physical address, and how it was accessed. */
    public static int faultAddress(long iova, long physical, boolean write) {
        return (int) (iova & PAGE_MASK)
                | (int) (iova >>> 32 & 7) << VA_UPPER_SHIFT
                | (int) (physical >>> 32 & 7) << PA_UPPER_SHIFT
                | (write ? FAULT_VA_WRITE : 0)
                // what the bit says is not known; in the kernel's own examples it is set
                | FAULT_VA_LAYER;
    }

    /** Bits 34:32 of the input address in MMUx_FAULT_VA, with the page. */
    public static long faultPage(long register) {
        return register & PAGE_MASK | (register >>> VA_UPPER_SHIFT & 7) << 32;
    }

    /** Bits 34:32 of the physical address in MMUx_FAULT_VA, in their place. */
    public static long faultUpperPhysical(long register) {
        return (register >>> PA_UPPER_SHIFT & 7) << 32;
    }

    // ---- larbs

    /** NONSEC_CON: bits 33:32 of all input addresses of a port. */
    public static int bankSelect(int upper) {
        return (upper & 3) * BANK_SEL_COPIES << BANK_SEL_SHIFT;
    }

    /** The bits that hardware takes from NONSEC_CON; of the four copies the lowest counts here. */
    public static int bankSelected(int register) {
        return register >>> BANK_SEL_SHIFT & 3;
    }
}
