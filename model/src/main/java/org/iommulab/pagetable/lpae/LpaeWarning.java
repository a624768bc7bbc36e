package org.iommulab.pagetable.lpae;

/** The WARN_ONs of io-pgtable-arm, by the function they are in; none has a text. */
public enum LpaeWarning {
    /** The page size is none of the table's, or an address is too big. */
    MAP_PAGES("arm_lpae_map_pages"),
    /** A bigger page is where a table is needed. */
    MAP("__arm_lpae_map"),
    /** A page is where one is to be mapped. */
    INIT_PTE("arm_lpae_init_pte"),
    /** The page size is none of the table's, or the address is too big. */
    UNMAP_PAGES("arm_lpae_unmap_pages"),
    /** Nothing is mapped there. */
    UNMAP("__arm_lpae_unmap");

    private final String function;

    LpaeWarning(String function) {
        this.function = function;
    }

    public String function() {
        return function;
    }
}
