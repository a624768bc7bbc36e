package org.iommulab.backend.amd;

import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** GCR3 tables with one entry in use, that of PASID 0: a domain's own up to 6.7, a device's from 6.12 on. */
final class AmdGuestTables {
    private static final int PAGE = 4096;
    private static final long VALID = 1;
    private static final Term TABLE = TableEvents.tableTerm("GCR3 table");
    private static final Term ENTRY = Term.hex("GCR3 entry");

    private final Site site;
    private final AmdDomainIds ids;
    private final AmdFlush flush;

    AmdGuestTables(Site site, AmdDomainIds ids, AmdFlush flush) {
        this.site = site;
        this.ids = ids;
        this.flush = flush;
    }

    private long allocate(SimObject owner) {
        long table = site.frames().allocate(PAGE, PAGE);
        site.memory().clear(table, PAGE);
        site.kernel().machine().emit(EventKind.MEMORY, Lane.DRIVER, TABLE, owner, table, PAGE);
        return table;
    }

    private void free(SimObject owner, long table) {
        site.frames().free(PAGE);
        site.kernel().machine().emit(EventKind.MEMORY, Lane.DRIVER, TABLE, owner, table, -PAGE);
    }

    private void put(SimObject owner, long table, long entry) {
        site.memory().write64(table, entry);
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, ENTRY, owner, table, entry);
    }

    /** domain_enable_v2 and __set_gcr3, when no device is attached yet. */
    void allocateFor(AmdDomain domain) {
        domain.gcr3Table().set(allocate(domain));
        put(domain, domain.gcr3Table().get(), domain.tableBase() | VALID);
    }

    /** free_gcr3_table of a domain. */
    void freeOf(AmdDomain domain) {
        if (domain.gcr3Table().isSet()) {
            free(domain, domain.gcr3Table().get());
        }
    }

    /** init_gcr3_table: a table and a domain number for one device. */
    void allocateFor(AmdDevData data, AmdDomain domain) {
        data.gcr3DomainId().set(ids.allocate());
        data.gcr3Table().set(allocate(data));
        put(data, data.gcr3Table().get(), domain.tableBase() | VALID);
        flush.allOfGuest(data);
    }

    /** destroy_gcr3_table. */
    void freeOf(AmdDevData data) {
        if (data.gcr3Table().isSet()) {
            put(data, data.gcr3Table().get(), 0);
            flush.allOfGuest(data);
            ids.free((int) data.gcr3DomainId().get());
            free(data, data.gcr3Table().get());
            data.gcr3Table().set(0);
        }
    }
}
