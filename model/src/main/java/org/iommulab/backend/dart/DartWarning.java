package org.iommulab.backend.dart;

/** The WARN_ONs of io-pgtable-dart, by the function they are in; none has a text. */
public enum DartWarning {
    /** The page size is not the table's, or the output address is too big. */
    MAP_PAGES("dart_map_pages"),
    /** A page is where one is to be mapped. */
    INIT_PTE("dart_init_pte"),
    /** The page size is not the table's, or nothing is mapped there. */
    UNMAP_PAGES("dart_unmap_pages");

    private final String function;

    DartWarning(String function) {
        this.function = function;
    }

    public String function() {
        return function;
    }
}
