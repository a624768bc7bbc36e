package org.iommulab.backend.dart;

/**
 * Why an access is refused, with the driver's name for it: the fault_name of apple_dart_irq in
 * drivers/iommu/apple-dart.c of v6.1, and of apple_dart_t8110_irq there since v6.3. Which bits stand for it
 * (DART_ERROR_*, DART_T8110_ERROR_*) says {@link DartFamily}.
 */
public enum DartFault {
    NO_TTBR("NO TTBR FOR IOVA"),
    /** Only T8110 has a code for it, for tables that are deeper than those that Linux makes. */
    NO_PGD("NO PGD FOR IOVA"),
    NO_PMD("NO PMD FOR IOVA"),
    NO_PTE("NO PTE FOR IOVA"),
    WRITE("WRITE FAULT"),
    READ("READ FAULT");

    private final String words;

    DartFault(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
