package org.iommulab.backend.amd;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** {@code struct protection_domain}: a host table, a guest table, or none, and the devices that use it. */
final class AmdDomain extends IommuDomain {
    /** AMD_IOMMU_PGSIZES: every power of two from 4 KiB on, less 512 GiB because of a bug in some units. */
    private static final long PAGE_SIZES = -4096L & ~(1L << 39);

    /** The same in v6.12: those of 52 bits. */
    private static final long PAGE_SIZES_52_BITS = PAGE_SIZES & (1L << 52) - 1;

    private static final int FIRST_MODE = 3;
    private static final List<String> LEVELS =
            List.of("level 0", "level 1", "level 2", "level 3", "level 4", "level 5");

    private final int id;
    private final long apertureEnd;
    private final Optional<AmdV1PageTable> host;
    private final Optional<AmdV2PageTable> guest;
    private final long hostPageSizes;
    private final RefList<AmdDevData> devices;
    private final List<LongCell> behind;
    private final SpinLock lock;
    private final LongCell gcr3Table;

    /** Which table a domain has. */
    enum Kind {
        /** Addresses pass as they are: PAGE_MODE_NONE. */
        IDENTITY,
        HOST,
        GUEST
    }

    /**
     * @param number its place among the domains of this boot, for its label
     * @param id its tag in the units' TLBs
     * @param apertureEnd last usable input address
     */
    AmdDomain(Site site, AmdFlush flush, Kind kind, int number, int id, long apertureEnd, int iommus) {
        super(site.kernel().machine(), number);
        this.id = id;
        this.apertureEnd = apertureEnd;
        this.hostPageSizes = site.kernel().since(Version.V6_12) ? PAGE_SIZES_52_BITS : PAGE_SIZES;
        this.devices = new RefList<>(this, AmdDevData.class);
        this.behind = IntStream.range(0, iommus)
                .mapToObj(i -> new LongCell(this, Lane.DRIVER, Term.count("dev_iommu[" + i + "]")))
                .toList();
        this.lock = new SpinLock(site.kernel(), this, "domain.lock");
        this.gcr3Table = new LongCell(this, Lane.DRIVER, Term.hex("gcr3_tbl"));
        var events = new TableEvents(this, LEVELS);
        this.host = kind == Kind.HOST
                ? Optional.of(new AmdV1PageTable(
                        machine(),
                        site.memory(),
                        site.frames(),
                        FIRST_MODE,
                        site.kernel().since(Version.V6_12),
                        events,
                        flush.ofHostTable(this)))
                : Optional.empty();
        this.guest = kind == Kind.GUEST
                ? Optional.of(new AmdV2PageTable(site.memory(), site.frames(), events, flush.ofGuestTable(this)))
                : Optional.empty();
    }

    int domainId() {
        return id;
    }

    /** {@code dev_list}. */
    RefList<AmdDevData> devices() {
        return devices;
    }

    /** How many of its devices are behind a unit. */
    LongCell behind(AmdInstance iommu) {
        return behind.get(iommu.index());
    }

    SpinLock lock() {
        return lock;
    }

    /** Its GCR3 table, which a domain with a guest table has up to 6.7. */
    LongCell gcr3Table() {
        return gcr3Table;
    }

    Optional<Translation> table() {
        return host.<Translation>map(t -> t).or(() -> guest);
    }

    boolean hasGuestTable() {
        return guest.isPresent();
    }

    /** Levels of the host table, 0 without one: the field Mode of a device table entry. */
    int mode() {
        return host.map(AmdV1PageTable::mode).orElse(0);
    }

    @Override
    protected long pageSizes() {
        return guest.isPresent() ? AmdV2PageTable.PAGE_SIZES : hostPageSizes;
    }

    /** v6.12 writes them into every domain, the releases before only into one with a guest's table. */
    @Override
    protected long ownPageSizes() {
        return guest.isPresent() ? pageSizes() : 0;
    }

    @Override
    public long apertureEnd() {
        return apertureEnd;
    }

    @Override
    public long tableBase() {
        return table().map(Translation::base).orElse(0L);
    }

    @Override
    public long mappedPages() {
        long bytes = host.map(AmdV1PageTable::mappedBytes)
                .or(() -> guest.map(AmdV2PageTable::mappedBytes))
                .orElse(0L);
        return bytes >>> 12;
    }

    @Override
    public int tableCount() {
        return host.map(AmdV1PageTable::tableCount)
                .or(() -> guest.map(AmdV2PageTable::tableCount))
                .orElse(0);
    }

    @Override
    public long lookUp(long iova) {
        long address = table().map(t -> t.translate(iova)).orElse(Translation.NOT_MAPPED);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }
}
