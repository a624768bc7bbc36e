package org.iommulab.backend.ipmmu;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableFormat;
import org.iommulab.pagetable.lpae.LpaeFormat;

/**
 * Long descriptors as the IPMMU reads them: an entry that does not say that it is non-secure allows nothing. (That the
 * unit faults then is known from the driver; as which fault it reports it is not.)
 */
record NonSecureFormat(LpaeFormat lpae) implements TableFormat {
    private static final long NS = 1L << 5;
    private static final long NS_TABLE = 1L << 63;

    @Override
    public int prot(int level, long entry) {
        return (entry & NS) == 0 ? 0 : lpae.prot(level, entry);
    }

    @Override
    public int tableProt(int level, long entry) {
        return (entry & NS_TABLE) == 0 ? 0 : Prot.COMBINATIONS - 1;
    }

    // ---- the rest is ARM's

    @Override
    public int levels() {
        return lpae.levels();
    }

    @Override
    public int indexShift(int level) {
        return lpae.indexShift(level);
    }

    @Override
    public int indexBits(int level) {
        return lpae.indexBits(level);
    }

    @Override
    public int entryBytes() {
        return lpae.entryBytes();
    }

    @Override
    public int outputBits() {
        return lpae.outputBits();
    }

    @Override
    public long alignment(int level) {
        return lpae.alignment(level);
    }

    @Override
    public List<PageSize> pageSizes() {
        return lpae.pageSizes();
    }

    @Override
    public long kindMask(int level) {
        return lpae.kindMask(level);
    }

    @Override
    public Kind kind(int level, long entry) {
        return lpae.kind(level, entry);
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        return lpae.leaf(level, bytes, output, prot);
    }

    @Override
    public long table(int level, long address) {
        return lpae.table(level, address);
    }

    @Override
    public long leafBytes(int level, long entry) {
        return lpae.leafBytes(level, entry);
    }

    @Override
    public long output(int level, long entry) {
        return lpae.output(level, entry);
    }

    @Override
    public long tableAddress(int level, long entry) {
        return lpae.tableAddress(level, entry);
    }
}
