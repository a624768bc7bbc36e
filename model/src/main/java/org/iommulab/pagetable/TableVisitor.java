package org.iommulab.pagetable;

/** Is shown every table, the root first, then depth first in the order of the entries. */
@FunctionalInterface
public interface TableVisitor {
    /** @param address physical address of the table's first entry */
    void table(int level, long address);
}
