package org.iommulab.pagetable;

/** Hears what a {@link RadixTable} does to memory, right after it did it. */
public interface TableListener {
    /** Hears nothing. */
    TableListener NONE = new TableListener() {
        @Override
        public void entryWritten(int level, long address, long value) {}

        @Override
        public void tableAllocated(int level, long address, long bytes) {}

        @Override
        public void tableFreed(int level, long address, long bytes) {}
    };

    /** @param address the entry's physical address */
    void entryWritten(int level, long address, long value);

    /** A table was allocated and filled with its empty entry. */
    void tableAllocated(int level, long address, long bytes);

    void tableFreed(int level, long address, long bytes);
}
