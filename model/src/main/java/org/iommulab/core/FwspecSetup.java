package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.iommulab.bus.DeferredProbes;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Recomputable;
import org.iommulab.sim.Term;
import org.jspecify.annotations.Nullable;

/**
 * What device tree and ACPI have in common: the firmware's ids go into a device's fwspec, then the device is probed
 * (of_iommu_configure in drivers/iommu/of_iommu.c, acpi_iommu_configure_id in drivers/acpi/scan.c; v6.1 and v6.12).
 */
final class FwspecSetup {
    /** of_iommu.c up to v6.7: what is described cannot be used, and that is no error. */
    static final long NO_IOMMU = 1;

    private static final Term FAILED = LogText.of("<7>Adding to IOMMU failed: %d");

    private final Kernel kernel;
    private final Probing probing;

    @Recomputable
    private @Nullable PciTopology pci;

    @Recomputable
    private @Nullable DeferredProbes deferred;

    FwspecSetup(Kernel kernel, Probing probing) {
        this.kernel = kernel;
        this.probing = probing;
    }

    /** The functions that are there, for those whose requests can arrive under other ids than their own. */
    void connect(PciTopology topology) {
        pci = topology;
    }

    /** Who knows how long an IOMMU's driver is waited for. */
    void connect(DeferredProbes waiting) {
        deferred = waiting;
    }

    /** An IOMMU whose driver is not there: -EPROBE_DEFER as long as it may come, then an errno. */
    long stillWaiting(Device device) {
        DeferredProbes waiting = deferred;
        return waiting == null ? Errno.EPROBE_DEFER.negative() : waiting.checkState(device);
    }

    Optional<IommuDevice> instance(IommuSpec spec) {
        return probing.instances().toList().stream()
                .filter(i -> i.label().equals(spec.unit()))
                .findFirst();
    }

    /**
     * What the firmware says of a device. On PCI that is {@code iommu-map}'s or the IORT's answer for each of its DMA
     * aliases (pci_for_each_dma_alias); a device's own entries say where the range of ids that it is in begins.
     */
    List<IommuSpec> entries(Device device) {
        PciTopology topology = pci;
        if (device.pci().isEmpty() || topology == null || device.iommus().isEmpty()) {
            return device.iommus();
        }
        int own = device.pci().get().address().requesterId();
        var entries = new ArrayList<IommuSpec>();
        for (PciTopology.Alias alias : topology.dmaAliases(device)) {
            int distance = alias.requesterId() - own;
            device.iommus().forEach(spec -> entries.add(distance == 0 ? spec : moved(spec, distance)));
        }
        return entries;
    }

    private static IommuSpec moved(IommuSpec spec, int distance) {
        var cells = new ArrayList<>(spec.cells());
        if (!cells.isEmpty()) {
            cells.set(0, cells.getFirst() + distance);
        }
        return new IommuSpec(spec.unit(), cells);
    }

    /** 0 with an IOMMU; an errno of the translation or of the probe, which is said unless the device is to wait. */
    long configure(Device device, LongSupplier translate) {
        long error = configureSilently(device, translate);
        if (error == NO_IOMMU) {
            return Errno.ENODEV.negative();
        }
        // v6.12 says so of devices, too, of which the firmware tells no IOMMU: nobody wants to see that each time
        if (error != 0
                && error != Errno.EPROBE_DEFER.negative()
                && !device.iommus().isEmpty()) {
            kernel.log().line(FAILED, device, error, 0);
        }
        return error;
    }

    private long configureSilently(Device device, LongSupplier translate) {
        if (DevIommu.find(device).filter(data -> data.fwspec().get()).isPresent()) {
            return 0;
        }
        if (device.iommus().isEmpty()) {
            return Errno.ENODEV.negative();
        }
        DevIommu.find(device).ifPresent(data -> data.ids().clear());
        long error = translate.getAsLong();
        if (error != 0) {
            return error;
        }
        DevIommu.get(device).fwspec().set(true);
        boolean done =
                !kernel.has(Behaviour.FWSPEC_ALONE_COUNTS) && Group.of(device).isPresent();
        error = done ? 0 : probing.probeDevice(device);
        if (error != 0 && kernel.has(Behaviour.FWSPEC_ALONE_COUNTS)) {
            DevIommu.find(device).ifPresent(data -> data.fwspec().set(false));
        }
        return error;
    }
}
