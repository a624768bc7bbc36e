package org.iommulab.backend.sun50i;

import org.iommulab.hardware.Mmio;

/** The register sequences of the driver (drivers/iommu/sun50i-iommu.c), without its reset, clock, locks and log. */
public record Sun50iSequences(Mmio registers) {
    private static final int ETIMEDOUT = 110;
    /** 2 ms, each microsecond; that many reads are too many to be shown, and none is needed here. */
    private static final int POLLS = 20;

    private static final long MEGABYTE = 1 << 20;
    private static final int NONE = 1;
    private static final int READ = 2;
    private static final int WRITE = 3;

    /**
     * {@code sun50i_iommu_enable}.
     *
     * @param directory physical address
     * @param clearBypass from 6.11 on; earlier drivers rely on its reset value
     * @return 0 or a negative errno
     */
    public int enable(long directory, boolean clearBypass) {
        registers.write32(Sun50iLayout.TTB, (int) directory);
        registers.write32(Sun50iLayout.TLB_PREFETCH, Sun50iLayout.ALL_MASTERS);
        if (clearBypass) {
            registers.write32(Sun50iLayout.BYPASS, 0);
        }
        registers.write32(Sun50iLayout.INT_ENABLE, Sun50iLayout.INT_ALL);
        writeAuthorities();
        int error = flushAll();
        if (error != 0) {
            return error;
        }
        registers.write32(Sun50iLayout.AUTO_GATING, 1);
        registers.write32(Sun50iLayout.ENABLE, 1);
        return 0;
    }

    /** A defect of the driver: READ and WRITE share a register, so that the last write takes READ's restriction away. */
    private void writeAuthorities() {
        int none = 0;
        int readOnly = 0;
        int writeOnly = 0;
        for (int master = 0; master < Sun50iLayout.MASTERS; master++) {
            none |= Sun50iLayout.readUnavailable(NONE, master) | Sun50iLayout.writeUnavailable(NONE, master);
            readOnly |= Sun50iLayout.writeUnavailable(READ, master);
            writeOnly |= Sun50iLayout.readUnavailable(WRITE, master);
        }
        registers.write32(Sun50iLayout.authorityRegister(NONE), none);
        registers.write32(Sun50iLayout.authorityRegister(READ), readOnly);
        registers.write32(Sun50iLayout.authorityRegister(WRITE), writeOnly);
    }

    /** {@code sun50i_iommu_disable}: afterwards accesses pass untranslated. */
    public void disable() {
        registers.write32(Sun50iLayout.ENABLE, 0);
        registers.write32(Sun50iLayout.TTB, 0);
    }

    /** {@code sun50i_iommu_flush_all_tlb}: 0, or a negative errno when it does not come to an end. */
    public int flushAll() {
        registers.write32(Sun50iLayout.TLB_FLUSH, Sun50iLayout.FLUSH_ALL);
        return poll(Sun50iLayout.TLB_FLUSH);
    }

    /**
     * {@code sun50i_iommu_zap_range}: after a mapping, for what was read ahead at its edges. The middle of the range is
     * left alone.
     */
    public void zapRange(long iova, long bytes) {
        registers.write32(Sun50iLayout.AUTO_GATING, 0);
        zapPage(iova);
        zapPage(iova + Sun50iFormat.PAGE);
        if (bytes > Sun50iFormat.PAGE) {
            zapPage(iova + bytes);
            zapPage(iova + bytes + Sun50iFormat.PAGE);
        }
        zapDirectory(iova);
        zapDirectory(iova + MEGABYTE);
        if (bytes > MEGABYTE) {
            zapDirectory(iova + bytes);
            zapDirectory(iova + bytes + MEGABYTE);
        }
        registers.write32(Sun50iLayout.AUTO_GATING, 1);
    }

    private void zapPage(long iova) {
        registers.write32(Sun50iLayout.TLB_IVLD_ADDR, (int) iova);
        registers.write32(Sun50iLayout.TLB_IVLD_ADDR_MASK, Sun50iLayout.ONE_PAGE);
        registers.write32(Sun50iLayout.TLB_IVLD_ENABLE, 1);
        poll(Sun50iLayout.TLB_IVLD_ENABLE);
    }

    private void zapDirectory(long iova) {
        registers.write32(Sun50iLayout.PC_IVLD_ADDR, (int) iova);
        registers.write32(Sun50iLayout.PC_IVLD_ENABLE, 1);
        poll(Sun50iLayout.PC_IVLD_ENABLE);
    }

    /** The end of a fault: the interrupt is acknowledged and the channels of the masters in it are reset. */
    public void acknowledge(int status, int masters) {
        registers.write32(Sun50iLayout.INT_CLR, status);
        registers.write32(Sun50iLayout.RESET, ~masters);
        registers.write32(Sun50iLayout.RESET, -1);
    }

    /**
     * The end of a fault up to v6.1: the status was taken for the masters in it. The second write puts every master
     * whose bit is not in the status into reset.
     */
    public void acknowledgeByStatus(int status) {
        registers.write32(Sun50iLayout.INT_CLR, status);
        registers.write32(Sun50iLayout.RESET, ~status);
        registers.write32(Sun50iLayout.RESET, status);
    }

    /** {@code iommu_read}. */
    public int read(int offset) {
        return registers.read32(offset);
    }

    private int poll(int offset) {
        for (int i = 0; i < POLLS; i++) {
            if (registers.read32(offset) == 0) {
                return 0;
            }
        }
        return -ETIMEDOUT;
    }
}
