package org.iommulab.backend.dart;

import org.iommulab.hardware.RadixWalker;
import org.iommulab.pagetable.Prot;

/** What the end of a walk means to a DART. */
final class DartWalker {
    private DartWalker() {}

    /** A table where no memory is counts as an entry that is not valid; what hardware says then is not known. */
    static DartTlb.Outcome outcome(RadixWalker.Result result) {
        return switch (result) {
            case RadixWalker.Found(int _, long _, long page, long _, int prot) -> new DartTlb.Page(page, prot);
            case RadixWalker.NotMapped(int level, long _) -> new DartTlb.Nothing(missing(level));
            case RadixWalker.NoMemory(int level, long _) -> new DartTlb.Nothing(missing(level));
        };
    }

    private static DartFault missing(int level) {
        return level == 0 ? DartFault.NO_PMD : DartFault.NO_PTE;
    }

    static boolean allows(int prot, boolean write) {
        return (prot & (write ? Prot.WRITE : Prot.READ)) != 0;
    }

    /** What a forbidden access is reported as. */
    static DartFault denial(boolean write) {
        return write ? DartFault.WRITE : DartFault.READ;
    }
}
