package org.iommulab.backend.tegrasmmu;

/** What the driver does after each entry that it writes: table word and translation are cached, apart from each other. */
@FunctionalInterface
public interface EntryFlush {
    /** For those who have no caches. */
    EntryFlush NONE = (level, address, iova) -> {};

    /**
     * @param level 0 for the directory
     * @param address the entry's physical address
     * @param iova what was mapped or unmapped
     */
    void entryWritten(int level, long address, long iova);
}
