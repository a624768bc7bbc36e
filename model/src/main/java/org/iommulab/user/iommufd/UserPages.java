package org.iommulab.user.iommufd;

/** The memory of the program that uses iommufd, as pinning sees it. */
public interface UserPages {
    /** Bytes of a small page, the unit of pinning. */
    long pageBytes();

    /** Whether the program has memory at this address. */
    boolean has(long address);

    /** The physical address of the page that a user's address lies in. */
    long physicalPage(long address);
}
