package org.iommulab.backend.sun50i;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of the Allwinner IOMMU and their bits (drivers/iommu/sun50i-iommu.c): no behaviour. */
public final class Sun50iLayout {
    /** Masters are numbered from 0. */
    public static final int MASTERS = 6;

    public static final int ALL_MASTERS = (1 << MASTERS) - 1;

    public static final int RESET = 0x010;
    public static final int ENABLE = 0x020;
    public static final int BYPASS = 0x030;
    public static final int AUTO_GATING = 0x040;
    public static final int TTB = 0x050;
    public static final int TLB_PREFETCH = 0x070;
    public static final int TLB_FLUSH = 0x080;
    public static final int TLB_IVLD_ADDR = 0x090;
    public static final int TLB_IVLD_ADDR_MASK = 0x094;
    public static final int TLB_IVLD_ENABLE = 0x098;
    public static final int PC_IVLD_ADDR = 0x0a0;
    public static final int PC_IVLD_ENABLE = 0x0a8;
    public static final int INT_ENABLE = 0x100;
    public static final int INT_CLR = 0x104;
    public static final int INT_STA = 0x108;
    public static final int INT_ERR_ADDR_L1 = 0x130;
    public static final int INT_ERR_ADDR_L2 = 0x134;
    public static final int L1PG_INT = 0x180;
    public static final int L2PG_INT = 0x184;

    private static final int DM_AUT_CTRL = 0x0b0;
    private static final int INT_ERR_ADDR = 0x110;
    private static final int INT_ERR_DATA = 0x150;

    public static final int FLUSH_MACRO_TLB = 1 << 16;
    public static final int FLUSH_WALK_CACHE = 1 << 17;
    public static final int FLUSH_ALL = FLUSH_WALK_CACHE | FLUSH_MACRO_TLB | ALL_MASTERS;

    public static final int INT_INVALID_L1 = 1 << 16;
    public static final int INT_INVALID_L2 = 1 << 17;
    /** With the permission faults of all masters in the low bits. */
    public static final int INT_ALL = INT_INVALID_L2 | INT_INVALID_L1 | ALL_MASTERS;

    /** The only valid mask of TLB_IVLD_ADDR_MASK in the driver: one page. */
    public static final int ONE_PAGE = 0xffff_f000;

    /** Table bases are aligned to the directory's size. */
    static final long TTB_MASK = 0xffff_c000L;

    /** Authority 0 is read only when nobody has said otherwise. */
    private static final int AUTHORITY_0_AT_RESET = 0xaaa;

    private Sun50iLayout() {}

    /** The register that holds an authority's bits: two authorities share one. */
    public static int authorityRegister(int authority) {
        return DM_AUT_CTRL + authority / 2 * 4;
    }

    static boolean isAuthority(int offset) {
        return offset >= authorityRegister(0) && offset <= authorityRegister(15);
    }

    /** In its register, the bit that forbids a master to read; the next one forbids it to write. */
    public static int readUnavailable(int authority, int master) {
        return 1 << (authority & 1) * 16 + 2 * master;
    }

    public static int writeUnavailable(int authority, int master) {
        return readUnavailable(authority, master) << 1;
    }

    /** The address of a master's permission fault. */
    public static int errorAddress(int master) {
        return INT_ERR_ADDR + 4 * master;
    }

    /** The page entry of a master's permission fault. */
    public static int errorData(int master) {
        return INT_ERR_DATA + 4 * master;
    }

    /** @param bypass the masters that pass untranslated after reset: none on H6, all on D1 */
    static List<Register> registers(int bypass) {
        var registers = new ArrayList<Register>();
        registers.add(new Register("RESET", RESET, 0xffff_ffffL));
        registers.add(new Register("ENABLE", ENABLE));
        registers.add(new Register("BYPASS", BYPASS, bypass));
        registers.add(new Register("AUTO_GATING", AUTO_GATING));
        registers.add(new Register("WBUF_CTRL", 0x044));
        registers.add(new Register("OOO_CTRL", 0x048));
        registers.add(new Register("4KB_BDY_PRT_CTRL", 0x04c));
        registers.add(new Register("TTB", TTB));
        registers.add(new Register("TLB_ENABLE", 0x060));
        registers.add(new Register("TLB_PREFETCH", TLB_PREFETCH));
        registers.add(new Register("TLB_FLUSH", TLB_FLUSH));
        registers.add(new Register("TLB_IVLD_ADDR", TLB_IVLD_ADDR));
        registers.add(new Register("TLB_IVLD_ADDR_MASK", TLB_IVLD_ADDR_MASK));
        registers.add(new Register("TLB_IVLD_ENABLE", TLB_IVLD_ENABLE));
        registers.add(new Register("PC_IVLD_ADDR", PC_IVLD_ADDR));
        registers.add(new Register("PC_IVLD_ENABLE", PC_IVLD_ENABLE));
        for (int pair = 0; pair < 8; pair++) {
            registers.add(
                    new Register("DM_AUT_CTRL" + pair, DM_AUT_CTRL + 4 * pair, pair == 0 ? AUTHORITY_0_AT_RESET : 0));
        }
        registers.add(new Register("DM_AUT_OVWT", 0x0d0));
        registers.add(new Register("INT_ENABLE", INT_ENABLE));
        registers.add(new Register("INT_CLR", INT_CLR));
        registers.add(new Register("INT_STA", INT_STA));
        for (int master = 0; master < MASTERS; master++) {
            registers.add(new Register("INT_ERR_ADDR" + master, errorAddress(master)));
        }
        registers.add(new Register("INT_ERR_ADDR_L1", INT_ERR_ADDR_L1));
        registers.add(new Register("INT_ERR_ADDR_L2", INT_ERR_ADDR_L2));
        for (int master = 0; master < MASTERS; master++) {
            registers.add(new Register("INT_ERR_DATA" + master, errorData(master)));
        }
        registers.add(new Register("L1PG_INT", L1PG_INT));
        registers.add(new Register("L2PG_INT", L2PG_INT));
        return registers;
    }
}
