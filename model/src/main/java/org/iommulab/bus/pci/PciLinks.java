package org.iommulab.bus.pci;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.iommulab.bus.Device;

/**
 * What ties functions together, as a graph: the answer to "why are these two in one group". It has the ties that
 * pci_device_group goes along, each once, and no memory of the order in which functions joined.
 */
public final class PciLinks {
    private final PciTopology pci;
    private final Map<Device, List<PciLink>> links = new HashMap<>();
    private final List<PciLink> all = new ArrayList<>();

    /** @param functions those that are there now */
    public PciLinks(PciTopology pci, Collection<Device> functions) {
        this.pci = pci;
        for (Device device : functions) {
            if (device.pci().isPresent()) {
                upward(device);
                sideways(device);
            }
        }
    }

    private void upward(Device device) {
        Device last = device;
        for (PciTopology.Alias alias : pci.dmaAliases(device)) {
            Device owner = alias.device().orElse(last);
            if (owner != last) {
                add(new PciLink.BridgeAlias(last, owner, alias.requesterId()));
                last = owner;
            }
        }
        for (Optional<Device> bridge = pci.bridgeOf(last); bridge.isPresent(); bridge = pci.bridgeOf(last)) {
            Optional<Device> hop = pci.firstWithoutAcs(bridge.get());
            if (hop.isEmpty()) {
                return;
            }
            add(new PciLink.TurnsBelow(last, bridge.get(), hop.get(), pci.acs(hop.get())));
            last = bridge.get();
        }
    }

    private void sideways(Device device) {
        for (Device other : pci.sameBus(device)) {
            if (other != device && pci.areAliases(device, other)) {
                add(new PciLink.QuirkAlias(device, other));
            }
        }
        if (pci.isMultifunction(device) && !pci.acsEnabled(device)) {
            for (Device other : pci.sameSlot(device)) {
                if (other != device && !pci.acsEnabled(other)) {
                    add(new PciLink.SameSlot(device, other, pci.acs(device)));
                }
            }
        }
    }

    private void add(PciLink link) {
        all.add(link);
        of(link.from()).add(link);
        if (of(link.to()).stream().noneMatch(back -> other(back, link.to()) == link.from())) {
            of(link.to()).add(link);
        }
    }

    private List<PciLink> of(Device device) {
        return links.computeIfAbsent(device, key -> new ArrayList<>());
    }

    private static Device other(PciLink link, Device end) {
        return link.from() == end ? link.to() : link.from();
    }

    /** The ties that a function has. */
    public List<PciLink> linksOf(Device device) {
        return List.copyOf(links.getOrDefault(device, List.of()));
    }

    /** All ties, each once, in the order in which the functions were given. */
    public List<PciLink> all() {
        return List.copyOf(new LinkedHashSet<>(all));
    }

    /** The shortest chain of ties from one function to another; empty when they can be kept apart. */
    public Optional<List<PciLink>> path(Device from, Device to) {
        Map<Device, PciLink> cameBy = new HashMap<>();
        var queue = new ArrayDeque<>(List.of(from));
        Set<Device> seen = new HashSet<>(Set.of(from));
        while (!queue.isEmpty() && !seen.contains(to)) {
            Device at = queue.remove();
            for (PciLink link : linksOf(at)) {
                Device next = other(link, at);
                if (seen.add(next)) {
                    cameBy.put(next, link);
                    queue.add(next);
                }
            }
        }
        return seen.contains(to) ? Optional.of(chain(from, to, cameBy)) : Optional.empty();
    }

    private static List<PciLink> chain(Device from, Device to, Map<Device, PciLink> cameBy) {
        var chain = new ArrayList<PciLink>();
        Device at = to;
        while (at != from) {
            PciLink link = Objects.requireNonNull(cameBy.get(at));
            chain.add(link);
            at = other(link, at);
        }
        Collections.reverse(chain);
        return chain;
    }
}
