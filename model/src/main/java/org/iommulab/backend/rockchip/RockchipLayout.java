package org.iommulab.backend.rockchip;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of a bank and their bits (drivers/iommu/rockchip-iommu.c): no behaviour. */
public final class RockchipLayout {
    public static final int DTE_ADDR = 0x00;
    public static final int STATUS = 0x04;
    public static final int COMMAND = 0x08;
    public static final int PAGE_FAULT_ADDR = 0x0c;
    public static final int ZAP_ONE_LINE = 0x10;
    public static final int INT_RAWSTAT = 0x14;
    public static final int INT_CLEAR = 0x18;
    public static final int INT_MASK = 0x1c;
    public static final int INT_STATUS = 0x20;
    public static final int AUTO_GATING = 0x24;

    /** Bytes of a bank's registers. */
    public static final int BANK_BYTES = 0x28;

    public static final int STATUS_PAGING_ENABLED = 1;
    public static final int STATUS_PAGE_FAULT_ACTIVE = 1 << 1;
    public static final int STATUS_STALL_ACTIVE = 1 << 2;
    public static final int STATUS_IDLE = 1 << 3;
    public static final int STATUS_REPLAY_BUFFER_EMPTY = 1 << 4;
    public static final int STATUS_PAGE_FAULT_IS_WRITE = 1 << 5;
    public static final int STATUS_STALL_NOT_ACTIVE = 1 << 31;
    /** A bank that does nothing. */
    public static final int STATUS_RESET = STATUS_STALL_NOT_ACTIVE | STATUS_IDLE | STATUS_REPLAY_BUFFER_EMPTY;

    public static final int INT_PAGE_FAULT = 1;
    public static final int INT_BUS_ERROR = 1 << 1;
    public static final int INT_ALL = INT_PAGE_FAULT | INT_BUS_ERROR;

    /** Works around a bank that gets stuck when it fetches a directory entry. */
    public static final int AUTO_GATING_NO_FETCH_LIMIT = 1 << 31;

    /** What the driver writes to DTE_ADDR to see whether it can be read back. */
    public static final int DTE_ADDR_DUMMY = 0xcafe_b000;

    /** The values of COMMAND, in their order. */
    public enum Command {
        ENABLE_PAGING,
        DISABLE_PAGING,
        ENABLE_STALL,
        DISABLE_STALL,
        ZAP_CACHE,
        PAGE_FAULT_DONE,
        FORCE_RESET
    }

    private static final List<String> NAMES = List.of(
            "MMU_DTE_ADDR",
            "MMU_STATUS",
            "MMU_COMMAND",
            "MMU_PAGE_FAULT_ADDR",
            "MMU_ZAP_ONE_LINE",
            "MMU_INT_RAWSTAT",
            "MMU_INT_CLEAR",
            "MMU_INT_MASK",
            "MMU_INT_STATUS",
            "MMU_AUTO_GATING");

    private RockchipLayout() {}

    /**
     * The registers of all banks.
     *
     * @param banks where each bank's registers begin
     */
    static List<Register> registers(List<Integer> banks) {
        var registers = new ArrayList<Register>();
        for (int bank = 0; bank < banks.size(); bank++) {
            String suffix = banks.size() == 1 ? "" : "[" + bank + "]";
            for (int i = 0; i < NAMES.size(); i++) {
                long reset = i * 4 == STATUS ? STATUS_RESET & 0xffff_ffffL : 0;
                registers.add(new Register(NAMES.get(i) + suffix, banks.get(bank) + i * 4, reset));
            }
        }
        return registers;
    }
}
