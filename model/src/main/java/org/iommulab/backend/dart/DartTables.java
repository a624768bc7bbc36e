package org.iommulab.backend.dart;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.OpsTable;
import org.iommulab.pagetable.TableFlush;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct io_pgtable_ops} of a domain. The driver gives io-pgtable nothing to invalidate with. */
final class DartTables extends SimObject {
    private static final String FILE = "drivers/iommu/io-pgtable-dart.c";

    private final SimObject domain;
    private final DartPageTable table;

    private DartTables(Site site, SimObject domain, DartFormat format) {
        super(domain.machine());
        this.domain = domain;
        this.table = new DartPageTable(
                site.memory(),
                site.frames(),
                format,
                TableFlush.NONE,
                new TableEvents(domain, List.of("L1", "L2")),
                warning -> site.kernel().log().warnOn(Term.function(warning.function(), FILE), domain));
    }

    /** alloc_io_pgtable_ops; empty where io-pgtable-dart refuses. */
    static Optional<DartTables> make(Site site, SimObject domain, DartDevice dart) {
        return DartFormat.of(
                        dart.chip().version(),
                        dart.inputBits(),
                        dart.outputBits(),
                        Long.numberOfTrailingZeros(dart.pageBytes()))
                .map(format -> new DartTables(site, domain, format));
    }

    @Override
    public String label() {
        return domain.label() + " tables";
    }

    DartPageTable table() {
        return table;
    }

    OpsTable.Mapped map(long iova, long physical, long pageSize, long count, int prot) {
        long result = table.map(iova, physical, pageSize, count, prot);
        return new OpsTable.Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    /** 0 is "not mapped". */
    long iovaToPhys(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
