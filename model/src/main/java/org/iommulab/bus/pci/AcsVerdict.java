package org.iommulab.bus.pci;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a function sends what its neighbours could reach directly up to the root first, and why it is so.
 *
 * @param missing the flags that are implemented and off, where that is why
 */
public record AcsVerdict(boolean enabled, Why why, Set<AcsFlag> missing) {
    /** What decided it. */
    public enum Why {
        /** A rule for this vendor and device. */
        QUIRK("a quirk of this device decides"),
        NOT_EXPRESS("a conventional function has no ACS"),
        /** A bridge between PCI Express and conventional PCI, or an event collector. */
        NEVER("a bridge to conventional PCI and an event collector have no ACS"),
        NO_CAPABILITY("has no ACS capability"),
        CONTROL("by its ACS control"),
        SINGLE_FUNCTION("has no neighbour in its slot"),
        /** An option makes the kernel believe it; see {@link AcsOverride}. */
        OVERRIDE("believed because of pcie_acs_override");

        private final String words;

        Why(String words) {
            this.words = words;
        }
    }

    public AcsVerdict {
        missing = Set.copyOf(missing);
    }

    static AcsVerdict of(boolean enabled, Why why) {
        return new AcsVerdict(enabled, why, Set.of());
    }

    /** In words, without the name of the function. */
    public String words() {
        return missing.isEmpty()
                ? why.words
                : missing.stream().sorted().map(AcsFlag::words).collect(Collectors.joining(", ")) + " off";
    }
}
