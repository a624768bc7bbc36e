package org.iommulab.pagetable.lpae;

import static org.iommulab.pagetable.Prot.CACHE;
import static org.iommulab.pagetable.Prot.MMIO;
import static org.iommulab.pagetable.Prot.NOEXEC;
import static org.iommulab.pagetable.Prot.PRIV;
import static org.iommulab.pagetable.Prot.READ;
import static org.iommulab.pagetable.Prot.WRITE;

/** The attribute bits of a leaf: what is allowed, and what kind of memory it is. */
final class LpaePermissions {
    /** All bits that are neither address nor type, as far as io-pgtable-arm keeps them when it splits a block. */
    static final long ATTRIBUTES = 6L << 52 | 0xffcL;

    private static final long NON_SECURE = 1 << 5;
    private static final long UNPRIVILEGED = 1 << 6;
    private static final long READ_ONLY = 1 << 7;
    private static final long MAY_READ = 1 << 6;
    private static final long MAY_WRITE = 1 << 7;
    private static final long OUTER_SHAREABLE = 2 << 8;
    private static final long INNER_SHAREABLE = 3 << 8;
    private static final long ACCESSED = 1 << 10;
    private static final long NOT_GLOBAL = 1 << 11;
    private static final long NEVER_EXECUTE = 3L << 53;

    private static final int MEMORY = 2;
    private static final int INDEX_CACHE = 1;
    private static final int INDEX_DEVICE = 2;
    private static final int TWO_DEVICE = 1;
    private static final int TWO_NOT_CACHED = 5;
    private static final int TWO_WRITE_BACK = 15;

    private LpaePermissions() {}

    /** The bits for a permission (arm_lpae_prot_to_pte). */
    static long bits(LpaeVariant variant, boolean nonSecure, int prot) {
        boolean mali = variant == LpaeVariant.MALI;
        return access(variant, prot)
                | memory(variant, prot) << MEMORY
                // Mali's inner domain is the GPU alone; what the CPU shares is outer there.
                | (has(prot, CACHE) && !mali ? INNER_SHAREABLE : OUTER_SHAREABLE)
                | (has(prot, NOEXEC) ? NEVER_EXECUTE : 0)
                | (nonSecure ? NON_SECURE : 0)
                | (mali ? 0 : ACCESSED);
    }

    private static long access(LpaeVariant variant, int prot) {
        if (variant.isStageOne()) {
            boolean readOnly = has(prot, READ) && !has(prot, WRITE);
            return NOT_GLOBAL | (readOnly ? READ_ONLY : 0) | (has(prot, PRIV) ? 0 : UNPRIVILEGED);
        }
        return (has(prot, READ) ? MAY_READ : 0) | (has(prot, WRITE) ? MAY_WRITE : 0);
    }

    private static long memory(LpaeVariant variant, int prot) {
        if (variant.isStageTwo()) {
            return has(prot, MMIO) ? TWO_DEVICE : has(prot, CACHE) ? TWO_WRITE_BACK : TWO_NOT_CACHED;
        }
        return has(prot, MMIO) ? INDEX_DEVICE : has(prot, CACHE) ? INDEX_CACHE : 0;
    }

    /** What a leaf allows; nothing while its access flag is not set. */
    static int prot(LpaeVariant variant, long entry) {
        if ((entry & ACCESSED) == 0 && variant != LpaeVariant.MALI) {
            return 0;
        }
        int allowed = variant.isStageOne()
                ? READ | ((entry & READ_ONLY) == 0 ? WRITE : 0) | ((entry & UNPRIVILEGED) == 0 ? PRIV : 0)
                : ((entry & MAY_READ) != 0 ? READ : 0) | ((entry & MAY_WRITE) != 0 ? WRITE : 0);
        return allowed | kindOfMemory(variant, entry) | ((entry & NEVER_EXECUTE) != 0 ? NOEXEC : 0);
    }

    private static int kindOfMemory(LpaeVariant variant, long entry) {
        int attribute = (int) (entry >>> MEMORY) & (variant.isStageTwo() ? 15 : 7);
        if (variant.isStageTwo()) {
            return attribute == TWO_DEVICE ? MMIO : attribute == TWO_WRITE_BACK ? CACHE : 0;
        }
        return attribute == INDEX_DEVICE ? MMIO : attribute == INDEX_CACHE ? CACHE : 0;
    }

    private static boolean has(int prot, int bit) {
        return (prot & bit) != 0;
    }
}
