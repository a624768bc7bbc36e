package org.iommulab.pagetable;

import java.util.ArrayList;
import java.util.List;

/** What a mapping allows: the kernel's {@code IOMMU_*} bits (include/linux/iommu.h), combined in an int. */
public final class Prot {
    public static final int READ = 1;
    public static final int WRITE = 2;
    /** DMA cache coherency. */
    public static final int CACHE = 4;

    public static final int NOEXEC = 8;
    /** Device memory, such as an MSI doorbell. */
    public static final int MMIO = 16;

    public static final int PRIV = 32;

    /** How many different values there are. */
    public static final int COMBINATIONS = 64;

    private static final List<String> NAMES = List.of("READ", "WRITE", "CACHE", "NOEXEC", "MMIO", "PRIV");

    private Prot() {}

    /** The bit of this name, {@code READ} to {@code PRIV}; 0 when there is none of that name. */
    public static int of(String name) {
        int bit = NAMES.indexOf(name);
        return bit < 0 ? 0 : 1 << bit;
    }

    /** The names of the bits that are set, in the order of the bits. */
    public static List<String> names(int prot) {
        var names = new ArrayList<String>();
        for (int bit = 0; bit < NAMES.size(); bit++) {
            if ((prot >>> bit & 1) != 0) {
                names.add(NAMES.get(bit));
            }
        }
        return names;
    }

    /** {@code rw}, {@code r}, {@code w} or {@code -}. */
    public static String letters(int prot) {
        return switch (prot & (READ | WRITE)) {
            case READ | WRITE -> "rw";
            case READ -> "r";
            case WRITE -> "w";
            default -> "-";
        };
    }
}
