package org.iommulab.bus.pci;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What Access Control Services can do (PCI Express Base Specification, ACS capability and control registers). */
public enum AcsFlag {
    SOURCE_VALIDATION(0x01, "Source Validation"),
    TRANSLATION_BLOCKING(0x02, "Translation Blocking"),
    REQUEST_REDIRECT(0x04, "P2P Request Redirect"),
    COMPLETION_REDIRECT(0x08, "P2P Completion Redirect"),
    UPSTREAM_FORWARDING(0x10, "Upstream Forwarding"),
    EGRESS_CONTROL(0x20, "P2P Egress Control"),
    DIRECT_TRANSLATED(0x40, "Direct Translated P2P");

    /** What the IOMMU core wants of every hop: REQ_ACS_FLAGS (drivers/iommu/iommu.c). */
    public static final Set<AcsFlag> REQUIRED = Collections.unmodifiableSet(
            EnumSet.of(SOURCE_VALIDATION, REQUEST_REDIRECT, COMPLETION_REDIRECT, UPSTREAM_FORWARDING));

    private final int bit;
    private final String words;

    AcsFlag(int bit, String words) {
        this.bit = bit;
        this.words = words;
    }

    public int bit() {
        return bit;
    }

    /** Its name in the specification. */
    public String words() {
        return words;
    }

    public static Set<AcsFlag> of(int bits) {
        Set<AcsFlag> set = EnumSet.noneOf(AcsFlag.class);
        Arrays.stream(values()).filter(flag -> (bits & flag.bit) != 0).forEach(set::add);
        return set;
    }

    public static int bits(Collection<AcsFlag> flags) {
        return flags.stream().mapToInt(AcsFlag::bit).reduce(0, (a, b) -> a | b);
    }
}
