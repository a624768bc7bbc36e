package org.iommulab.bus.pci;

import org.iommulab.bus.Device;

/** Something that ties two functions so that no IOMMU can treat them differently. It holds in both directions. */
public sealed interface PciLink {
    Device from();

    Device to();

    /** Why, in words. */
    String words();

    /** The first one's requests come under an id of the second one, a bridge. */
    record BridgeAlias(Device from, Device to, int requesterId) implements PciLink {
        @Override
        public String words() {
            return "requests of %s leave %s under the id %02x:%02x.%d"
                    .formatted(from.label(), to.label(), requesterId >> 8, requesterId >> 3 & 0x1f, requesterId & 7);
        }
    }

    /** One of them uses the other's id, by a quirk. */
    record QuirkAlias(Device from, Device to) implements PciLink {
        @Override
        public String words() {
            return "%s and %s use one id for their requests".formatted(from.label(), to.label());
        }
    }

    /**
     * Requests of the first one can turn round below the root: it stands below the second one, a bridge.
     *
     * @param hop where they can turn: the bridge or one above it
     * @param acs what is wrong there
     */
    record TurnsBelow(Device from, Device to, Device hop, AcsVerdict acs) implements PciLink {
        @Override
        public String words() {
            return "requests of %s can turn round at %s: %s".formatted(from.label(), hop.label(), acs.words());
        }
    }

    /** Two functions of one slot, neither of which sends requests for the other up first. */
    record SameSlot(Device from, Device to, AcsVerdict acs) implements PciLink {
        @Override
        public String words() {
            return "%s and %s are functions of one device: %s".formatted(from.label(), to.label(), acs.words());
        }
    }
}
