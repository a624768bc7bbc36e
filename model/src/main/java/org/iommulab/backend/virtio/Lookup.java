package org.iommulab.backend.virtio;

import java.util.Optional;
import org.iommulab.backend.virtio.Mappings.Mapping;

/**
 * What becomes of an access of an endpoint, by what the host keeps (QEMU: virtio_iommu_translate).
 *
 * @param domain the endpoint's domain, if it is in one
 * @param mapping the mapping that holds the address, if one was looked for and found
 */
record Lookup(Outcome outcome, Optional<HostDomain> domain, Optional<Mapping> mapping) {
    enum Outcome {
        /** The endpoint is in no domain, and the device lets such ones pass. */
        BYPASS("in no domain: bypass"),
        /** The domain lets everything pass. */
        BYPASS_DOMAIN("bypass domain"),
        /** The window to the interrupt controller. */
        MSI("MSI window"),
        MAPPED("mapped"),
        UNKNOWN_ENDPOINT("unknown fault"),
        NO_DOMAIN("domain fault"),
        NOT_MAPPED("page fault"),
        NOT_PERMITTED("page fault");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean passes() {
            return switch (this) {
                case BYPASS, BYPASS_DOMAIN, MSI, MAPPED -> true;
                case UNKNOWN_ENDPOINT, NO_DOMAIN, NOT_MAPPED, NOT_PERMITTED -> false;
            };
        }

        /** The reason field of a fault. */
        int reason() {
            return switch (this) {
                case NO_DOMAIN -> ViommuLayout.FAULT_DOMAIN;
                case NOT_MAPPED, NOT_PERMITTED -> ViommuLayout.FAULT_MAPPING;
                case UNKNOWN_ENDPOINT, BYPASS, BYPASS_DOMAIN, MSI, MAPPED -> ViommuLayout.FAULT_UNKNOWN;
            };
        }
    }

    /** @param bypass whether endpoints in no domain pass now */
    static Lookup of(Host host, HostConfig config, boolean bypass, int endpoint, long input, boolean write) {
        Optional<HostEndpoint> known = host.endpoint(endpoint);
        if (known.isEmpty()) {
            return without(bypass ? Outcome.BYPASS : Outcome.UNKNOWN_ENDPOINT);
        }
        Optional<HostDomain> domain = known.get().domain().get();
        if (config.isMsi(input)) {
            return new Lookup(Outcome.MSI, domain, Optional.empty());
        }
        if (domain.isEmpty()) {
            return without(bypass ? Outcome.BYPASS : Outcome.NO_DOMAIN);
        }
        if (domain.get().isBypass()) {
            return new Lookup(Outcome.BYPASS_DOMAIN, domain, Optional.empty());
        }
        Optional<Mapping> mapping = domain.get().mappings().find(input);
        int needed = write ? ViommuLayout.MAP_WRITE : ViommuLayout.MAP_READ;
        Outcome outcome = mapping.map(m -> (m.flags() & needed) != 0 ? Outcome.MAPPED : Outcome.NOT_PERMITTED)
                .orElse(Outcome.NOT_MAPPED);
        return new Lookup(outcome, domain, mapping);
    }

    private static Lookup without(Outcome outcome) {
        return new Lookup(outcome, Optional.empty(), Optional.empty());
    }

    /** Where an address comes out that passes. */
    long output(long input) {
        return mapping.map(m -> m.output(input)).orElse(input);
    }
}
