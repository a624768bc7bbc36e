package org.iommulab.backend.rockchip;

import java.util.List;
import org.iommulab.backend.rockchip.RockchipLayout.Command;
import org.iommulab.hardware.Mmio;

/**
 * The register sequences of the driver (drivers/iommu/rockchip-iommu.c), without its clocks and locks. Whatever it writes
 * goes to every bank; a status holds when it holds in all of them.
 *
 * @param banks where each bank's registers begin
 * @param format decides how the directory's address is written
 * @param reset false with {@code rockchip,disable-mmu-reset}
 * @param directoryAsEntry whether that address is written as a directory entry would have it (v6.6), or as it is
 */
public record RockchipSequences(
        Mmio registers,
        List<Integer> banks,
        RockchipFormat format,
        boolean reset,
        boolean directoryAsEntry,
        Complaints complaints) {
    private static final int ETIMEDOUT = 110;
    private static final int EFAULT = 14;
    /** 1 ms, each 100 microseconds. */
    private static final int POLLS = 11;

    public RockchipSequences {
        banks = List.copyOf(banks);
    }

    /** As from v6.6 on, for those who read no log. */
    public RockchipSequences(Mmio registers, List<Integer> banks, RockchipFormat format, boolean reset) {
        this(registers, banks, format, reset, true, Complaints.NONE);
    }

    /** Hears what the driver tells the log. */
    public interface Complaints {
        /** A command had no effect in time; told for each bank. */
        void timedOut(Command command, int status);

        /** What is written to MMU_DTE_ADDR cannot be read back: the bank does not answer. */
        void notFunctioning();

        Complaints NONE = new Complaints() {
            @Override
            public void timedOut(Command command, int status) {}

            @Override
            public void notFunctioning() {}
        };
    }

    /**
     * {@code rk_iommu_enable}.
     *
     * @param directory physical address
     * @return 0 or a negative errno
     */
    public int enable(long directory) {
        int error = enableStall();
        if (error != 0) {
            return error;
        }
        error = forceReset();
        if (error == 0) {
            for (int bank : banks) {
                write(bank, RockchipLayout.DTE_ADDR, (int) format.directoryWord(directory, directoryAsEntry));
                command(bank, Command.ZAP_CACHE);
                write(bank, RockchipLayout.INT_MASK, RockchipLayout.INT_ALL);
                int gating = registers.read32(bank + RockchipLayout.AUTO_GATING);
                write(bank, RockchipLayout.AUTO_GATING, gating | RockchipLayout.AUTO_GATING_NO_FETCH_LIMIT);
            }
            error = switchPaging(Command.ENABLE_PAGING, true);
        }
        disableStall();
        return error;
    }

    /** {@code rk_iommu_disable}: afterwards accesses pass untranslated. Errors are ignored, as in the driver. */
    public void disable() {
        enableStall();
        switchPaging(Command.DISABLE_PAGING, false);
        for (int bank : banks) {
            write(bank, RockchipLayout.INT_MASK, 0);
            write(bank, RockchipLayout.DTE_ADDR, 0);
        }
        disableStall();
    }

    /** {@code rk_iommu_zap_lines}. */
    public void zap(long iova, long bytes) {
        for (int bank : banks) {
            for (long at = iova; at < iova + bytes; at += RockchipFormat.PAGE) {
                write(bank, RockchipLayout.ZAP_ONE_LINE, (int) at);
            }
        }
    }

    /** Where the directory is that MMU_DTE_ADDR of a bank points at, as the driver reads its own word. */
    public long directory(int bank) {
        return format.directoryAddress(
                registers.read32(bank + RockchipLayout.DTE_ADDR) & 0xffff_ffffL, directoryAsEntry);
    }

    private int enableStall() {
        // Without paging there is nothing to stall.
        if (all(RockchipLayout.STATUS_STALL_ACTIVE) || !all(RockchipLayout.STATUS_PAGING_ENABLED)) {
            return 0;
        }
        return commandAndPoll(Command.ENABLE_STALL, RockchipLayout.STATUS_STALL_ACTIVE, true);
    }

    private void disableStall() {
        if (all(RockchipLayout.STATUS_STALL_ACTIVE)) {
            commandAndPoll(Command.DISABLE_STALL, RockchipLayout.STATUS_STALL_ACTIVE, false);
        }
    }

    private int switchPaging(Command command, boolean on) {
        if (all(RockchipLayout.STATUS_PAGING_ENABLED) == on) {
            return 0;
        }
        return commandAndPoll(command, RockchipLayout.STATUS_PAGING_ENABLED, on);
    }

    private int forceReset() {
        if (!reset) {
            return 0;
        }
        // A register that does not keep what is written means that the bank is not there.
        for (int bank : banks) {
            write(bank, RockchipLayout.DTE_ADDR, RockchipLayout.DTE_ADDR_DUMMY);
            if (registers.read32(bank + RockchipLayout.DTE_ADDR) != RockchipLayout.DTE_ADDR_DUMMY) {
                complaints.notFunctioning();
                return -EFAULT;
            }
        }
        commandAll(Command.FORCE_RESET);
        for (int i = 0; i < POLLS; i++) {
            boolean done = true;
            for (int bank : banks) {
                done &= registers.read32(bank + RockchipLayout.DTE_ADDR) == 0;
            }
            if (done) {
                return 0;
            }
        }
        complaints.timedOut(Command.FORCE_RESET, 0);
        return -ETIMEDOUT;
    }

    /** Whether a status bit is set in all banks; all are read. */
    private boolean all(int bit) {
        boolean all = true;
        for (int bank : banks) {
            all &= (registers.read32(bank + RockchipLayout.STATUS) & bit) != 0;
        }
        return all;
    }

    private int commandAndPoll(Command command, int bit, boolean wanted) {
        commandAll(command);
        for (int i = 0; i < POLLS; i++) {
            if (all(bit) == wanted) {
                return 0;
            }
        }
        for (int bank : banks) {
            complaints.timedOut(command, registers.read32(bank + RockchipLayout.STATUS));
        }
        return -ETIMEDOUT;
    }

    private void commandAll(Command command) {
        banks.forEach(bank -> command(bank, command));
    }

    private void command(int bank, Command command) {
        write(bank, RockchipLayout.COMMAND, command.ordinal());
    }

    private void write(int bank, int offset, int value) {
        registers.write32(bank + offset, value);
    }
}
