package org.iommulab.pagetable.lpae;

/** The variants of io-pgtable-arm ({@code enum io_pgtable_fmt}). */
public enum LpaeVariant {
    ARM_64_S1("arm-64-lpae-s1", 52, 52),
    ARM_64_S2("arm-64-lpae-s2", 52, 52),
    ARM_32_S1("arm-32-lpae-s1", 32, 40),
    ARM_32_S2("arm-32-lpae-s2", 40, 40),
    /** Mali's own: attributes as in stage 1, permissions as in stage 2, always four levels, no page type. */
    MALI("arm-mali-lpae", 48, 40);

    private final String label;
    private final int mostInputBits;
    private final int mostOutputBits;

    LpaeVariant(String label, int mostInputBits, int mostOutputBits) {
        this.label = label;
        this.mostInputBits = mostInputBits;
        this.mostOutputBits = mostOutputBits;
    }

    /** {@code arm-64-lpae-s1}. */
    public String label() {
        return label;
    }

    int mostInputBits() {
        return mostInputBits;
    }

    int mostOutputBits() {
        return mostOutputBits;
    }

    /** Whether a permission is "read only" and "privileged", not "may read" and "may write". */
    public boolean isStageOne() {
        return this == ARM_64_S1 || this == ARM_32_S1;
    }

    /** Whether an entry holds the memory's attributes themselves, not the number of one in MAIR. */
    public boolean isStageTwo() {
        return this == ARM_64_S2 || this == ARM_32_S2;
    }

    /** Whether nothing but the pages of the 4 KiB granule is allowed, whatever the driver asks for. */
    boolean isOfSmallGranule() {
        return this == ARM_32_S1 || this == ARM_32_S2 || this == MALI;
    }
}
