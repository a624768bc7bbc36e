package org.iommulab.user.iommufd;

import org.iommulab.core.IommuDomain;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iopt_area}: one mapping of an IOAS, which is in every domain of the IOAS or, while it has none, in none. */
final class IoArea extends SimObject {
    private final IoRange range;
    private final IoPages pages;
    private final long startByte;
    private final int prot;
    private final RefCell<IommuDomain> storage;
    private final LongCell accesses;
    private final FlagCell preventAccess;

    /**
     * @param startByte where in the pages it begins
     * @param prot IOMMU_READ, IOMMU_WRITE, IOMMU_CACHE
     */
    IoArea(IoPages pages, IoRange range, long startByte, int prot) {
        super(pages.machine());
        this.range = range;
        this.pages = pages;
        this.startByte = startByte;
        this.prot = prot;
        this.accesses = new LongCell(this, Lane.USER, Term.count("area.num_accesses"));
        this.preventAccess = new FlagCell(this, Lane.USER, Term.flag("area.prevent_access"));
        this.storage = new RefCell<>(this, Lane.USER, Term.reference("area.storage_domain"), IommuDomain.class);
    }

    @Override
    public String label() {
        return "area 0x" + Long.toHexString(range.start());
    }

    /** How many times accesses have pinned pages of it: so long it cannot go. */
    LongCell accesses() {
        return accesses;
    }

    /** It is about to go: nobody pins its pages any more. */
    FlagCell preventAccess() {
        return preventAccess;
    }

    IoRange range() {
        return range;
    }

    long start() {
        return range.start();
    }

    long length() {
        return range.last() - range.start() + 1;
    }

    IoPages pages() {
        return pages;
    }

    /** The user's address of the byte that stands at this input address. */
    long addressOf(long iova) {
        return pages.address() + startByte + (iova - range.start());
    }

    /** Where in its pages the byte at this input address lies. */
    long byteOf(long iova) {
        return startByte + (iova - range.start());
    }

    int prot() {
        return prot;
    }

    /** The domain that remembers which pages are pinned; NULL while the area is in no domain. */
    RefCell<IommuDomain> storage() {
        return storage;
    }
}
