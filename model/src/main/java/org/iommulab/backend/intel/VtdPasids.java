package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * PASID directories and tables, of which the lab's devices use one entry: that of PASID 0, for requests that have none
 * (drivers/iommu/intel/pasid.c).
 */
final class VtdPasids {
    private static final String FILE = "drivers/iommu/intel/pasid.c";
    private static final Term TEAR_DOWN = Term.function("intel_pasid_tear_down_entry", FILE);
    private static final Term FIRST = Term.function("intel_pasid_setup_first_level", FILE);
    private static final Term SECOND = Term.function("intel_pasid_setup_second_level", FILE);
    private static final Term PASS = Term.function("intel_pasid_setup_pass_through", FILE);
    private static final Term DIRECTORY = Term.hex("PASID directory entry");
    private static final Term WORD_0 = Term.hex("PASID entry, w0");
    private static final Term WORD_1 = Term.hex("PASID entry, w1");
    private static final Term WORD_2 = Term.hex("PASID entry, w2");
    private static final Term NO_SECOND = LogText.of("<3>DMAR: No second level translation support on %o");
    /** A directory of one page, which is the smallest: 2^(2+7) entries. */
    private static final int PAGE_OF_ENTRIES = 2;

    private final Kernel kernel;
    private final Site site;
    private final VtdFlush flush;

    VtdPasids(Site site, VtdFlush flush) {
        this.kernel = site.kernel();
        this.site = site;
        this.flush = flush;
    }

    private long page() {
        long page = site.frames().allocate(VtdLayout.PAGE, VtdLayout.PAGE);
        site.memory().clear(page, VtdLayout.PAGE);
        return page;
    }

    /** intel_pasid_alloc_table. */
    void allocate(VtdDevice info) {
        info.directory().set(page());
    }

    /** intel_pasid_free_table: the tables, then the directory. */
    void free(VtdDevice info) {
        if (info.directory().isSet()) {
            if ((site.memory().read64(info.directory().get()) & 1) != 0) {
                site.frames().free(VtdLayout.PAGE);
            }
            site.frames().free(VtdLayout.PAGE);
            info.directory().set(0);
        }
    }

    /** The context entry that names the device's directory (device_pasid_table_setup; context_set_sm_rid2pasid). */
    static VtdContext context(VtdDevice info) {
        return VtdContext.ofDirectory(info.directory().get(), PAGE_OF_ENTRIES);
    }

    /** intel_pasid_get_entry of PASID 0: the table comes with the first entry. */
    private long entryAt(VtdDevice info) {
        long directory = info.directory().get();
        long pointer = site.memory().read64(directory);
        if ((pointer & 1) == 0) {
            pointer = page() | 1;
            site.memory().write64(directory, pointer);
            emit(info, DIRECTORY, directory, pointer);
        }
        return pointer & VtdLayout.ADDRESS;
    }

    private VtdPasidEntry read(long at) {
        var memory = site.memory();
        return new VtdPasidEntry(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16));
    }

    private void put(VtdDevice info, long at, VtdPasidEntry entry) {
        VtdPasidEntry old = read(at);
        word(info, WORD_1, at + 8, old.w1(), entry.w1());
        word(info, WORD_2, at + 16, old.w2(), entry.w2());
        word(info, WORD_0, at, old.w0(), entry.w0());
    }

    private void word(VtdDevice info, Term term, long at, long old, long value) {
        if (old != value) {
            site.memory().write64(at, value);
            emit(info, term, at, value);
        }
    }

    private void emit(VtdDevice info, Term term, long at, long value) {
        kernel.machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, term, info.device(), at, value);
    }

    /** The entry with P last, and what a unit may keep of the time without it (pasid_flush_caches). */
    private long setUp(VtdDevice info, VtdPasidEntry entry) {
        long at = entryAt(info);
        put(info, at, entry.absent());
        put(info, at, entry);
        VtdInstance iommu = info.iommu();
        if (iommu.caps().cachingMode()) {
            flush.pasidCache(iommu, VtdDescriptor.ONE_PASID, entry.domain());
            flush.pasidIotlb(iommu, entry.domain());
        } else {
            flush.writeBuffer(iommu);
        }
        return 0;
    }

    long setUpFirstLevel(VtdDevice info, VtdDomain domain) {
        return kernel.driverCall(FIRST, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            int levels = domain.table().levels();
            if (levels < 4) {
                return Errno.EINVAL.negative();
            }
            return setUp(
                    info,
                    VtdPasidEntry.firstLevel(
                            domain.table().base(),
                            domain.idOn(iommu),
                            iommu.agaw(),
                            levels == 5,
                            !kernel.since(Version.V6_12),
                            iommu.caps().pageWalkCoherent(),
                            domain.forceSnooping().get()));
        });
    }

    long setUpSecondLevel(VtdDevice info, VtdDomain domain) {
        return kernel.driverCall(SECOND, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            if (!iommu.caps().secondLevel()) {
                kernel.log().line(NO_SECOND, kernel, iommu.device().id(), 0);
                return Errno.EINVAL.negative();
            }
            return setUp(
                    info,
                    VtdPasidEntry.secondLevel(
                            domain.table().base(),
                            domain.idOn(iommu),
                            domain.table().levels() - 2,
                            iommu.caps().pageWalkCoherent()));
        });
    }

    long setUpPassThrough(VtdDevice info) {
        return kernel.driverCall(PASS, info.device(), () -> {
            VtdCaps caps = info.iommu().caps();
            return setUp(
                    info,
                    VtdPasidEntry.passThrough(
                            VtdLayout.PASS_THROUGH_DOMAIN,
                            info.iommu().agaw(),
                            caps.pageWalkCoherent(),
                            caps.supervisorRequests()));
        });
    }

    /** intel_pasid_setup_page_snoop_control. */
    void forceSnooping(VtdDevice info) {
        long at = entryAt(info);
        VtdPasidEntry entry = read(at);
        put(info, at, entry.withPageSnoop());
        flush.pasidCache(info.iommu(), VtdDescriptor.ONE_PASID, entry.domain());
        flush.pasidIotlb(info.iommu(), entry.domain());
    }

    /** intel_pasid_tear_down_entry: P goes first, the rest when nobody keeps it any more. */
    void tearDown(VtdDevice info) {
        kernel.driverRun(TEAR_DOWN, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            long at = entryAt(info);
            VtdPasidEntry entry = read(at);
            if (!entry.present()) {
                return;
            }
            put(info, at, entry.absent());
            flush.pasidCache(iommu, VtdDescriptor.ONE_PASID, entry.domain());
            if (entry.type() == VtdPasidEntry.SECOND_LEVEL) {
                flush.domain(iommu, entry.domain());
            } else {
                flush.pasidIotlb(iommu, entry.domain());
            }
            put(info, at, VtdPasidEntry.EMPTY);
        });
    }
}
