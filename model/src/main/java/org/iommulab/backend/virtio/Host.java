package org.iommulab.backend.virtio;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.virtio.Mappings.Mapping;
import org.iommulab.backend.virtio.ViommuLayout.Status;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * What the host keeps for a virtio-iommu, and how it answers requests: as QEMU does (hw/virtio/virtio-iommu.c), with the
 * checks of alignment and range that the virtio specification asks for (those unverified).
 */
final class Host {
    private static final Term ADDED = Term.hex("mapping added");
    private static final Term REMOVED = Term.hex("mapping removed");
    private static final int MAP_FLAGS = ViommuLayout.MAP_READ | ViommuLayout.MAP_WRITE | ViommuLayout.MAP_MMIO;

    private final SimObject unit;
    private final HostConfig config;
    private final List<Integer> known;
    private final RefList<HostEndpoint> endpoints;
    private final RefList<HostDomain> domains;

    /**
     * @param known the numbers of the devices that stand behind the unit; none where only a scan finds them: then whatever
     *     asks is there
     */
    Host(SimObject unit, HostConfig config, List<Integer> known) {
        this.unit = unit;
        this.config = config;
        this.known = List.copyOf(known);
        this.endpoints = new RefList<>(unit, HostEndpoint.class);
        this.domains = new RefList<>(unit, HostDomain.class);
    }

    /** Everything is forgotten: a reset of the device. */
    void reset() {
        endpoints.clear();
        domains.clear();
    }

    List<HostEndpoint> endpoints() {
        return endpoints.toList();
    }

    Optional<HostEndpoint> endpoint(int id) {
        return endpoints().stream().filter(e -> e.endpointId() == id).findFirst();
    }

    Optional<HostDomain> domainOf(int endpoint) {
        return endpoint(endpoint).flatMap(e -> e.domain().get());
    }

    List<HostDomain> domains() {
        return domains.toList();
    }

    private Optional<HostDomain> domain(int id) {
        return domains().stream().filter(d -> d.domainId() == id).findFirst();
    }

    /** Does what a request asks for; a probe only says whether it is answered. */
    Status answer(ViommuRequest request) {
        return switch (request) {
            case ViommuRequest.Attach attach -> attach(attach);
            case ViommuRequest.Detach detach -> detach(detach);
            case ViommuRequest.Map map -> map(map);
            case ViommuRequest.Unmap unmap -> unmap(unmap);
            case ViommuRequest.Probe probe -> isKnown(probe.endpoint()) ? Status.OK : Status.NOENT;
        };
    }

    private boolean isKnown(int endpoint) {
        return known.isEmpty() || known.contains(endpoint);
    }

    private Status attach(ViommuRequest.Attach request) {
        if ((request.flags() & ~ViommuLayout.ATTACH_BYPASS) != 0) {
            return Status.INVAL;
        }
        if (!isKnown(request.endpoint())) {
            return Status.NOENT;
        }
        HostEndpoint endpoint = endpoint(request.endpoint()).orElseGet(() -> {
            var made = new HostEndpoint(unit, request.endpoint());
            endpoints.add(made);
            return made;
        });
        leave(endpoint);
        boolean bypass = (request.flags() & ViommuLayout.ATTACH_BYPASS) != 0;
        HostDomain domain = domain(request.domain()).orElseGet(() -> {
            var made = new HostDomain(unit, request.domain(), bypass);
            domains.add(made);
            return made;
        });
        if (domain.isBypass() != bypass) {
            return Status.INVAL;
        }
        domain.endpoints().add(1);
        endpoint.domain().set(domain);
        return Status.OK;
    }

    // The last one to leave takes the domain with it, and so all its mappings.
    private void leave(HostEndpoint endpoint) {
        endpoint.domain().get().ifPresent(domain -> {
            endpoint.domain().setNull();
            if (domain.endpoints().add(-1) == 0) {
                domains.remove(domain);
            }
        });
    }

    private Status detach(ViommuRequest.Detach request) {
        Optional<HostEndpoint> endpoint = endpoint(request.endpoint());
        if (endpoint.isEmpty()) {
            return Status.NOENT;
        }
        if (domainOf(request.endpoint())
                .filter(domain -> domain.domainId() == request.domain())
                .isEmpty()) {
            return Status.INVAL;
        }
        leave(endpoint.get());
        return Status.OK;
    }

    private Status map(ViommuRequest.Map request) {
        if ((request.flags() & ~MAP_FLAGS) != 0) {
            return Status.INVAL;
        }
        Optional<HostDomain> domain = domain(request.domain());
        if (domain.isEmpty()) {
            return Status.NOENT;
        }
        if (domain.get().isBypass()) {
            return Status.INVAL;
        }
        if (Long.compareUnsigned(request.start(), request.end()) > 0
                || !config.isAligned(request.start())
                || !config.isAligned(request.end() + 1)
                || !config.isAligned(request.physical())
                || !config.isInRange(request.start(), request.end())) {
            return Status.RANGE;
        }
        Mappings mappings = domain.get().mappings();
        if (!mappings.overlapping(request.start(), request.end()).isEmpty()) {
            return Status.INVAL;
        }
        mappings.add(new Mapping(request.start(), request.end(), request.physical(), request.flags()));
        changed(ADDED, domain.get(), request.start(), request.physical());
        return Status.OK;
    }

    /** All mappings that lie within the range go, up to one that sticks out of it. */
    private Status unmap(ViommuRequest.Unmap request) {
        Optional<HostDomain> domain = domain(request.domain());
        if (domain.isEmpty()) {
            return Status.NOENT;
        }
        if (domain.get().isBypass()) {
            return Status.INVAL;
        }
        Mappings mappings = domain.get().mappings();
        for (Mapping mapping : mappings.overlapping(request.start(), request.end())) {
            if (!mapping.isWithin(request.start(), request.end())) {
                return Status.RANGE;
            }
            mappings.remove(mapping);
            changed(REMOVED, domain.get(), mapping.start(), mapping.last());
        }
        return Status.OK;
    }

    private void changed(Term term, HostDomain domain, long a, long b) {
        unit.machine().emit(EventKind.CHANGED, Lane.HARDWARE, term, domain, a, b);
    }
}
