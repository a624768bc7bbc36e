package org.iommulab.backend.tegrasmmu;

import org.iommulab.hardware.Mmio;

/**
 * The driver's register sequences after an entry was written (tegra_smmu_set_pde, tegra_smmu_set_pte): the word leaves
 * the page-table cache, then the translations leave the TLB, then a read makes sure that the writes have arrived.
 *
 * @param caches which chip
 * @param asid the address space's number
 */
public record TegraSmmuFlush(Mmio registers, TegraSmmuLayout.Caches caches, int asid) implements EntryFlush {
    @Override
    public void entryWritten(int level, long address, long iova) {
        flushLine(registers, caches, address);
        int flush = level == 0 ? caches.flushSection(asid, iova) : caches.flushGroup(asid, iova);
        registers.write32(TegraSmmuLayout.TLB_FLUSH, flush);
        registers.read32(TegraSmmuLayout.PTB_ASID);
    }

    /** {@code smmu_flush_ptc}. */
    static void flushLine(Mmio registers, TegraSmmuLayout.Caches caches, long address) {
        if (caches.hasHighAddress()) {
            registers.write32(TegraSmmuLayout.PTC_FLUSH_HI, caches.flushLineHigh(address));
        }
        registers.write32(TegraSmmuLayout.PTC_FLUSH, caches.flushLine(address));
    }
}
