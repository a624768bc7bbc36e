package org.iommulab.pagetable.golden;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.pagetable.RadixTable;
import org.iommulab.pagetable.Translation;

/**
 * A run of a driver that has one radix table, numbers its levels from 1 and never warns.
 *
 * @param table what the driver does
 * @param radix what it does it with
 * @param registers do not change
 * @param log what the table tells; empty when the format's cases have none
 */
public record RadixRun(Translation table, RadixTable radix, Map<String, Long> registers, Optional<GoldenLog> log)
        implements GoldenRun {

    public RadixRun {
        registers = Map.copyOf(registers);
    }

    @Override
    public void begin(int operation) {
        log.ifPresent(l -> l.begin(operation));
    }

    @Override
    public Mapped map(long iova, long pa, long pageBytes, int count, int prot) {
        long result = table.map(iova, pa, pageBytes, count, prot);
        return new Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    @Override
    public long unmap(long iova, long pageBytes, int count) {
        return table.unmap(iova, pageBytes, count);
    }

    @Override
    public long iovaToPhys(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    @Override
    public int warnings() {
        return 0;
    }

    @Override
    public List<Long> bases() {
        return List.of(radix.base());
    }

    @Override
    public List<Table> tables() {
        return GoldenTables.of(radix, 1, 0);
    }

    @Override
    public List<Invalidation> invalidations() {
        return log.map(GoldenLog::lines).orElse(List.of());
    }

    @Override
    public boolean hasInvalidations() {
        return log.isPresent();
    }
}
