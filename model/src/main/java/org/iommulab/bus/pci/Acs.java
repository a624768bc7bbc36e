package org.iommulab.bus.pci;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Access Control Services of a function.
 *
 * @param capability what it implements
 * @param control what is turned on
 */
public record Acs(Set<AcsFlag> capability, Set<AcsFlag> control) {
    static final int CAPABILITY = 4;
    static final int CONTROL = 6;

    public Acs {
        capability = Set.copyOf(capability);
        control = Set.copyOf(control);
    }

    /** Empty for a function without the capability. */
    public static Optional<Acs> of(ConfigSpace space) {
        var at = space.find(ExtendedCapability.ACS);
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Acs(
                        AcsFlag.of(space.read16(at.getAsInt() + CAPABILITY)),
                        AcsFlag.of(space.read16(at.getAsInt() + CONTROL))));
    }

    /**
     * Those of the wanted flags that are implemented and off. A flag that the function does not implement counts as
     * enabled, but for Egress Control (drivers/pci/pci.c: pci_acs_flags_enabled).
     */
    public Set<AcsFlag> missing(Set<AcsFlag> wanted) {
        Set<AcsFlag> missing = EnumSet.noneOf(AcsFlag.class);
        for (AcsFlag flag : wanted) {
            if ((capability.contains(flag) || flag == AcsFlag.EGRESS_CONTROL) && !control.contains(flag)) {
                missing.add(flag);
            }
        }
        return missing;
    }
}
