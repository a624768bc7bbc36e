package org.iommulab.backend.tegrasmmu;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of the memory controller that the SMMU is part of, and their bits: no behaviour. */
public final class TegraSmmuLayout {
    public static final int INTSTATUS = 0x000;
    public static final int INTMASK = 0x004;
    public static final int ERR_STATUS = 0x008;
    public static final int ERR_ADR = 0x00c;
    public static final int SMMU_CONFIG = 0x010;
    public static final int TLB_CONFIG = 0x014;
    public static final int PTC_CONFIG = 0x018;
    public static final int PTB_ASID = 0x01c;
    public static final int PTB_DATA = 0x020;
    public static final int TLB_FLUSH = 0x030;
    public static final int PTC_FLUSH = 0x034;
    public static final int PTC_FLUSH_HI = 0x9b8;

    /** First of the words with a bit for each client: 1 to translate, 0 to bypass. */
    private static final int CLIENT_ENABLE = 0x228;

    private static final int CLIENT_WORDS = 4;

    /** "EMEM address decode error": comes with every translation fault. */
    public static final int INT_DECODE_ERROR = 1 << 6;

    public static final int INT_PAGE_FAULT = 1 << 10;
    public static final int INT_TRANSLATION = INT_PAGE_FAULT | INT_DECODE_ERROR;

    private static final int ERR_TYPE_TRANSLATION = 6 << 28;
    static final int ERR_FLAGS_SHIFT = 25;
    private static final int ERR_WRITE = 1 << 16;
    private static final int ERR_CLIENT = 0x7f;
    /** Of Tegra210, which has more clients. */
    private static final int ERR_CLIENT_8 = 0xff;
    /** What the memory controller's driver listens to besides translation faults: security violations. */
    private static final int INT_SECURITY = 1 << 8;
    /** Tegra124 and later: ASID updates over the APB, and accesses to three kinds of carved-out memory. */
    private static final int INT_LATER = 1 << 11 | 1 << 12 | 1 << 13 | 1 << 16;

    public static final int CONFIG_ENABLE = 1;
    public static final int PTC_CONFIG_ENABLE = 1 << 29;
    private static final int PTC_CONFIG_INDEX_MAP = 0x3f;
    private static final int PTC_CONFIG_REQUEST_LIMIT = 8 << 24;
    private static final int TLB_CONFIG_HIT_UNDER_MISS = 1 << 29;
    private static final int TLB_CONFIG_ROUND_ROBIN = 1 << 28;

    public static final int ASID_ENABLE = 1 << 31;
    public static final int ASID_MASK = 0x7f;

    private static final int MATCH_ASID = 1 << 31;
    private static final int MATCH_SECTION = 2;
    private static final int MATCH_GROUP = 3;
    private static final int SECTION = 0xffc0_0000;
    private static final int GROUP = 0xffff_c000;
    private static final int ADDRESS_SHIFT = 12;
    private static final int ADDRESS_FIELD = 0x000f_fffc;
    private static final int FEW_ASIDS = 4;

    private TegraSmmuLayout() {}

    /**
     * What the flush registers depend on.
     *
     * @param addressBits 32 or 34
     * @param atom bytes of a line of the page-table cache
     * @param asids 4 or 128
     */
    public record Caches(int addressBits, int atom, int asids) {
        private int asidShift() {
            return asids == FEW_ASIDS ? 29 : 24;
        }

        /** TLB_FLUSH for everything of an address space. */
        public int flushAsid(int asid) {
            return MATCH_ASID | (asid & asids - 1) << asidShift();
        }

        /** TLB_FLUSH for the 4 MiB around an address. */
        public int flushSection(int asid, long iova) {
            return flushAsid(asid) | ((int) iova & SECTION) >>> ADDRESS_SHIFT | MATCH_SECTION;
        }

        /** TLB_FLUSH for the 16 KiB around an address. */
        public int flushGroup(int asid, long iova) {
            return flushAsid(asid) | ((int) iova & GROUP) >>> ADDRESS_SHIFT | MATCH_GROUP;
        }

        /** What a value of TLB_FLUSH asks for. */
        public TlbFlush decode(int value) {
            int asid = (value & MATCH_ASID) != 0 ? value >>> asidShift() & asids - 1 : TlbFlush.ALL_ASIDS;
            long first = (value & ADDRESS_FIELD & -4L) << ADDRESS_SHIFT;
            return switch (value & 3) {
                case MATCH_SECTION -> new TlbFlush(asid, first & SECTION & 0xffff_ffffL, -SECTION);
                case MATCH_GROUP -> new TlbFlush(asid, first & GROUP & 0xffff_ffffL, -GROUP);
                default -> new TlbFlush(asid, 0, 1L << 32);
            };
        }

        /** PTC_FLUSH for the line that holds a table word. */
        public int flushLine(long address) {
            return (int) address & -atom | 1;
        }

        /** PTC_FLUSH_HI exists and must be written first. */
        public boolean hasHighAddress() {
            return addressBits > 32;
        }

        public int flushLineHigh(long address) {
            return (int) (address >>> 32) & 3;
        }
    }

    /**
     * Translations that are to leave the TLB.
     *
     * @param asid of one address space, or {@link #ALL_ASIDS}
     */
    public record TlbFlush(int asid, long first, long bytes) {
        public static final int ALL_ASIDS = -1;
    }

    /** What the driver writes to PTC_CONFIG. */
    public static int ptcConfig(TegraSmmuChip chip) {
        return PTC_CONFIG_ENABLE | PTC_CONFIG_INDEX_MAP | (chip.limitsRequests() ? PTC_CONFIG_REQUEST_LIMIT : 0);
    }

    /** What the driver writes to TLB_CONFIG. */
    public static int tlbConfig(TegraSmmuChip chip) {
        return TLB_CONFIG_HIT_UNDER_MISS | chip.tlbLines() | (chip.arbitratesInTurn() ? TLB_CONFIG_ROUND_ROBIN : 0);
    }

    /** The word that has a client's enable bit. */
    public static int clientRegister(int client) {
        return CLIENT_ENABLE + client / 32 * 4;
    }

    public static int clientBit(int client) {
        return 1 << client % 32;
    }

    /**
     * ERR_STATUS of a translation fault.
     *
     * @param entry the table word that ended it; its permissions and its security are told
     */
    public static int errorStatus(int client, boolean write, long entry) {
        int flags = (int) (entry >>> 29) & 7;
        return ERR_TYPE_TRANSLATION | flags << ERR_FLAGS_SHIFT | (write ? ERR_WRITE : 0) | client & ERR_CLIENT;
    }

    public static int errorClient(TegraSmmuChip chip, int status) {
        return status & (chip == TegraSmmuChip.TEGRA210 ? ERR_CLIENT_8 : ERR_CLIENT);
    }

    /** What the memory controller's driver writes to INTMASK. */
    public static int interrupts(TegraSmmuChip chip) {
        return INT_TRANSLATION | INT_SECURITY | (chip == TegraSmmuChip.TEGRA30 ? 0 : INT_LATER);
    }

    public static boolean errorWrites(int status) {
        return (status & ERR_WRITE) != 0;
    }

    /** As the memory controller's driver prints them: {@code RW-}, {@code --S}; S for secure. */
    public static String errorFlags(int status) {
        int flags = status >>> ERR_FLAGS_SHIFT;
        return ((flags & 4) != 0 ? "R" : "-") + ((flags & 2) != 0 ? "W" : "-") + ((flags & 1) != 0 ? "-" : "S");
    }

    static List<Register> registers(TegraSmmuChip chip) {
        var registers = new ArrayList<Register>();
        registers.add(new Register("MC_INTSTATUS", INTSTATUS));
        registers.add(new Register("MC_INTMASK", INTMASK));
        registers.add(new Register("MC_ERR_STATUS", ERR_STATUS));
        registers.add(new Register("MC_ERR_ADR", ERR_ADR));
        registers.add(new Register("SMMU_CONFIG", SMMU_CONFIG));
        registers.add(new Register("SMMU_TLB_CONFIG", TLB_CONFIG));
        registers.add(new Register("SMMU_PTC_CONFIG", PTC_CONFIG));
        registers.add(new Register("SMMU_PTB_ASID", PTB_ASID));
        registers.add(new Register("SMMU_PTB_DATA", PTB_DATA));
        registers.add(new Register("SMMU_TLB_FLUSH", TLB_FLUSH));
        registers.add(new Register("SMMU_PTC_FLUSH", PTC_FLUSH));
        for (int word = 0; word < CLIENT_WORDS; word++) {
            registers.add(new Register("SMMU_CLIENT_ENABLE" + word, clientRegister(32 * word)));
        }
        for (TegraSmmuChip.SwGroup group : chip.swGroups()) {
            registers.add(new Register(group.name() + "_ASID", group.register()));
        }
        if (chip.caches().hasHighAddress()) {
            registers.add(new Register("SMMU_PTC_FLUSH_HI", PTC_FLUSH_HI));
        }
        return registers;
    }
}
