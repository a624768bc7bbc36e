package org.iommulab.backend.dart;

/** Why an access is refused, with the driver's name for it. */
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
