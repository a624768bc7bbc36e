package org.iommulab.scenario;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.DeviceFeatures;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.Sva;
import org.iommulab.kernel.Version;
import org.iommulab.user.UserProcess;

/** What a story does with PASIDs and with processes. */
final class PasidDeeds {
    private final World world;
    private final Function<String, IommuDomain> domains;
    private final Map<String, UserProcess> processes = new HashMap<>();
    private final Map<String, Sva.Bond> bonds = new HashMap<>();

    /** @param domains the story's domains by their names */
    PasidDeeds(World world, Function<String, IommuDomain> domains) {
        this.world = world;
        this.domains = domains;
    }

    /** Knows what another knows, too. */
    void know(PasidDeeds other) {
        processes.putAll(other.processes);
        bonds.putAll(other.bonds);
    }

    long run(Action.Pasid action) {
        return switch (action) {
            case PasidAction.AttachPasid(String device, int pasid, String domain) ->
                world.core().pasids().attach(domains.apply(domain), device(device), pasid);
            case PasidAction.DetachPasid(String device, int pasid, String domain) ->
                detach(device(device), pasid, domains.apply(domain));
            case PasidAction.NewProcess(String name) -> {
                processes.put(
                        name,
                        new UserProcess(
                                world.kernel(),
                                world.site().memory(),
                                world.site().frames(),
                                name));
                yield 0;
            }
            case PasidAction.ProcessMap map ->
                process(map.process())
                        .map(
                                map.address(),
                                map.size(),
                                map.prot().orElse(Action.Prot.READ_WRITE).ordinal());
            case PasidAction.ProcessReserve reserve ->
                process(reserve.process())
                        .reserve(
                                reserve.address(),
                                reserve.size(),
                                reserve.prot().orElse(Action.Prot.READ_WRITE).ordinal());
            case PasidAction.EnableFeature(String device, OpsTable.Feature feature) ->
                features().enable(device(device), feature);
            case PasidAction.DisableFeature(String device, OpsTable.Feature feature) ->
                features().disable(device(device), feature);
            case PasidAction.ProcessUnmap(String process, long address, long size) ->
                process(process).unmap(address, size);
            case PasidAction.SvaBind(String device, String process, String name) ->
                bind(device(device), process(process), name);
            case PasidAction.SvaUnbind(String bond) -> {
                world.core().sva().unbind(Deeds.named(bonds, bond, "bond"));
                yield 0;
            }
        };
    }

    private DeviceFeatures features() {
        if (!world.kernel().since(Version.V6_12)) {
            throw new StoryBroken("what is switched on for a device is in the lab from 6.12 on");
        }
        return world.core().features();
    }

    // the kernel does not look: a driver does not detach what it has not attached
    private long detach(Device device, int pasid, IommuDomain domain) {
        if (Group.of(device).flatMap(group -> group.pasids().load(pasid)).isEmpty()) {
            throw new StoryBroken("PASID " + pasid + " of '" + device.label() + "' is attached to nothing");
        }
        world.core().pasids().detach(domain, device, pasid);
        return 0;
    }

    private Device device(String name) {
        return Deeds.device(world, name);
    }

    private UserProcess process(String name) {
        return Deeds.named(processes, name, "process");
    }

    private long bind(Device device, UserProcess process, String name) {
        Sva.Bound bound = world.core().sva().bind(device, process);
        bound.bond().ifPresent(bond -> bonds.put(name, bond));
        return bound.bond().map(bond -> (long) bond.pasid()).orElse(bound.error());
    }
}
