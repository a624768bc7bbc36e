package org.iommulab.rules;

import java.util.Optional;
import java.util.Set;
import org.iommulab.board.World;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaApi;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Recording;

/**
 * A translated access ends where the attached domain's table says. Several drivers and units break it in kernels as they
 * are: one table for all devices, a second domain that is never programmed, a page that takes what is not mapped. So it
 * is shown, and does not break a run.
 */
final class DmaInsideMappings implements Rule {
    @Override
    public String key() {
        return "dma-inside-mappings";
    }

    @Override
    public String title() {
        return "No DMA outside the mappings of the attached domain";
    }

    @Override
    public String protects() {
        return "Memory: a device reaches the pages that were mapped for it, and no others.";
    }

    @Override
    public String guarantee() {
        return "iommu_attach_device: from here on the device sees what is mapped in the domain, and nothing else"
                + " (include/linux/iommu.h).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.ALWAYS;
    }

    @Override
    public boolean isSuspicion() {
        return true;
    }

    @Override
    public Harm harm() {
        return Harm.WRONG_MEMORY;
    }

    @Override
    public Optional<String> violation(World world) {
        return Optional.empty();
    }

    @Override
    public Set<EventKind> watched() {
        return Set.of(EventKind.DATA);
    }

    @Override
    public Optional<String> violation(World world, Recording recording, int step) {
        // what a device makes of its data is an event of the device, not of a port
        if (!(world.machine().object(recording.objectId(step)) instanceof DmaMaster port)) {
            return Optional.empty();
        }
        return port.unit()
                .filter(IommuUnit::isolates)
                .flatMap(_ -> Optional.ofNullable(world.devices().get(port.label())))
                .flatMap(Group::of)
                .flatMap(group -> group.domain().get())
                .filter(domain -> domain.type().isPaging())
                .flatMap(domain -> beyond(world, domain, port, recording, step));
    }

    private static Optional<String> beyond(
            World world, IommuDomain domain, DmaMaster port, Recording recording, int step) {
        int access = step;
        while (recording.kind(access) != EventKind.DMA) {
            // caught, and answered by the page that protects the others
            if (recording.kind(access) == EventKind.FAULT) {
                return Optional.empty();
            }
            access--;
        }
        long input = recording.a(access);
        long output = recording.a(step);
        long mapped = domain.lookUp(input);
        if (mapped == output || DmaApi.waitsForFlush(domain, input)) {
            return Optional.empty();
        }
        return Optional.of(port.label() + " reaches 0x" + Long.toHexString(output) + " through 0x"
                + Long.toHexString(input) + ", which " + world.nameOf(domain)
                + (mapped == 0 ? " does not map" : " maps to 0x" + Long.toHexString(mapped)));
    }
}
