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
 * PASID directories and tables (drivers/iommu/intel/pasid.c). The entry of PASID 0 is for requests that have none.
 */
final class VtdPasids {
    private static final String FILE = "drivers/iommu/intel/pasid.c";
    private static final Term TEAR_DOWN = Term.function("intel_pasid_tear_down_entry", FILE);
    private static final Term FIRST = Term.function("intel_pasid_setup_first_level", FILE);
    private static final Term SECOND = Term.function("intel_pasid_setup_second_level", FILE);
    private static final Term NESTED = Term.function("intel_pasid_setup_nested", FILE);
    private static final Term BAD_WIDTH = LogText.of("<3>Invalid stage-1 address width %d");
    private static final Term NO_FIVE_LEVELS = LogText.of("<3>5-level paging not supported");
    private static final int FOUR_LEVELS = 48;
    private static final int FIVE_LEVELS = 57;
    private static final Term PASS = Term.function("intel_pasid_setup_pass_through", FILE);
    private static final Term DIRECTORY = Term.hex("PASID directory entry");
    private static final Term WORD_0 = Term.hex("PASID entry, w0");
    private static final Term WORD_1 = Term.hex("PASID entry, w1");
    private static final Term WORD_2 = Term.hex("PASID entry, w2");
    private static final Term NO_SECOND = LogText.of("<3>DMAR: No second level translation support on %o");
    /** PDTS counts from a directory of 2^7 entries. */
    private static final int SMALLEST_DIRECTORY = 7;

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

    /** intel_pasid_alloc_table: a directory of whole pages. */
    void allocate(VtdDevice info) {
        long bytes = directoryBytes(info);
        long directory = site.frames().allocate(bytes, bytes);
        site.memory().clear(directory, (int) bytes);
        info.directory().set(directory);
    }

    private static long directoryBytes(VtdDevice info) {
        return Math.max(VtdLayout.PAGE, Long.highestOneBit(info.maxPasids() >>> VtdPasidEntry.TABLE_SHIFT - 3));
    }

    /** intel_pasid_free_table: the tables, then the directory. */
    void free(VtdDevice info) {
        if (info.directory().isSet()) {
            long directory = info.directory().get();
            for (long at = directory; at < directory + directoryBytes(info); at += 8) {
                if ((site.memory().read64(at) & 1) != 0) {
                    site.frames().free(VtdLayout.PAGE);
                }
            }
            site.frames().free(directoryBytes(info));
            info.directory().set(0);
        }
    }

    /** The context entry that names the device's directory (device_pasid_table_setup; context_set_sm_rid2pasid). */
    static VtdContext context(VtdDevice info) {
        int size = Long.numberOfTrailingZeros(directoryBytes(info)) - 3 - SMALLEST_DIRECTORY;
        VtdContext context = VtdContext.ofDirectory(info.directory().get(), size);
        return info.maxPasids() != 0 ? context.withPasids() : context;
    }

    /** intel_pasid_get_entry: a table comes with its first entry. */
    private long entryAt(VtdDevice info, int pasid) {
        long directory = info.directory().get() + (pasid >>> VtdPasidEntry.TABLE_SHIFT) * 8L;
        long pointer = site.memory().read64(directory);
        if ((pointer & 1) == 0) {
            pointer = page() | 1;
            site.memory().write64(directory, pointer);
            emit(info, DIRECTORY, directory, pointer);
        }
        long index = pasid & (1 << VtdPasidEntry.TABLE_SHIFT) - 1;
        return (pointer & VtdLayout.ADDRESS) + index * VtdPasidEntry.BYTES;
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
    private long setUp(VtdDevice info, int pasid, VtdPasidEntry entry) {
        long at = entryAt(info, pasid);
        if (pasid != VtdFlush.NO_PASID && read(at).present()) {
            return Errno.EBUSY.negative();
        }
        put(info, at, entry.absent());
        put(info, at, entry);
        VtdInstance iommu = info.iommu();
        if (iommu.caps().cachingMode()) {
            flush.pasidCache(iommu, VtdDescriptor.ONE_PASID, entry.domain(), pasid);
            flush.pasidIotlb(iommu, entry.domain(), pasid);
        } else {
            flush.writeBuffer(iommu);
        }
        return 0;
    }

    long setUpFirstLevel(VtdDevice info, VtdDomain domain, int pasid) {
        return kernel.driverCall(FIRST, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            int levels = domain.table().levels();
            if (levels < 4) {
                return Errno.EINVAL.negative();
            }
            return setUp(
                    info,
                    pasid,
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

    long setUpSecondLevel(VtdDevice info, VtdDomain domain, int pasid) {
        return kernel.driverCall(SECOND, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            if (!iommu.caps().secondLevel()) {
                kernel.log().line(NO_SECOND, kernel, iommu.device().id(), 0);
                return Errno.EINVAL.negative();
            }
            return setUp(
                    info,
                    pasid,
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
                    VtdFlush.NO_PASID,
                    VtdPasidEntry.passThrough(
                            VtdLayout.PASS_THROUGH_DOMAIN,
                            info.iommu().agaw(),
                            caps.pageWalkCoherent(),
                            caps.supervisorRequests()));
        });
    }

    /** intel_pasid_setup_nested. */
    long setUpNested(VtdDevice info, VtdNestedDomain domain) {
        return kernel.driverCall(NESTED, info.device(), () -> {
            VtdCaps caps = info.iommu().caps();
            VtdDomain below = domain.parent();
            boolean fiveLevels = domain.table().addressWidth() == FIVE_LEVELS;
            if (!fiveLevels && domain.table().addressWidth() != FOUR_LEVELS) {
                kernel.log().line(BAD_WIDTH, info.device(), domain.table().addressWidth(), 0);
                return Errno.EINVAL.negative();
            }
            if (fiveLevels && !caps.firstLevelFiveLevels()) {
                kernel.log().line(NO_FIVE_LEVELS, info.device(), 0, 0);
                return Errno.EINVAL.negative();
            }
            return setUp(
                    info,
                    VtdFlush.NO_PASID,
                    VtdPasidEntry.nested(
                            domain.table().root(),
                            fiveLevels,
                            below.table().base(),
                            domain.uses().idOn(info.iommu()),
                            below.table().levels() - 2,
                            caps.pageWalkCoherent(),
                            below.forceSnooping().get()));
        });
    }

    /** intel_pasid_setup_page_snoop_control. */
    void forceSnooping(VtdDevice info) {
        long at = entryAt(info, VtdFlush.NO_PASID);
        VtdPasidEntry entry = read(at);
        put(info, at, entry.withPageSnoop());
        flush.pasidCache(info.iommu(), VtdDescriptor.ONE_PASID, entry.domain(), VtdFlush.NO_PASID);
        flush.pasidIotlb(info.iommu(), entry.domain(), VtdFlush.NO_PASID);
    }

    /** intel_pasid_tear_down_entry: P goes first, the rest when nobody keeps it any more. */
    void tearDown(VtdDevice info, int pasid) {
        kernel.driverRun(TEAR_DOWN, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            long at = entryAt(info, pasid);
            VtdPasidEntry entry = read(at);
            if (!entry.present()) {
                return;
            }
            put(info, at, entry.absent());
            flush.pasidCache(iommu, VtdDescriptor.ONE_PASID, entry.domain(), pasid);
            if (entry.type() == VtdPasidEntry.SECOND_LEVEL || entry.type() == VtdPasidEntry.NESTED) {
                flush.domain(iommu, entry.domain());
            } else {
                flush.pasidIotlb(iommu, entry.domain(), pasid);
            }
            put(info, at, VtdPasidEntry.EMPTY);
        });
    }
}
