package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.dma.ArmMapping;

/** The reference count of each ARM mapping is the number of those who hold it. */
final class ReferencesBalance implements Rule {
    @Override
    public String key() {
        return "references-balance";
    }

    @Override
    public String title() {
        return "Reference counts balance";
    }

    @Override
    public String protects() {
        return "Mappings: none is freed while it is held, none is held for ever.";
    }

    @Override
    public String guarantee() {
        return "kref of struct dma_iommu_mapping: one for each attached device and each holder"
                + " (arch/arm/mm/dma-mapping.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.BETWEEN_ACTIONS;
    }

    @Override
    public Optional<String> violation(World world) {
        if (world.arm().isEmpty()) {
            return Optional.empty();
        }
        for (ArmMapping mapping : world.arm().get().mappings()) {
            long held = holders(world, mapping);
            long counted = mapping.references().get();
            if (held != counted) {
                return Optional.of(
                        mapping.label() + " counts " + counted + (counted == 1 ? " reference" : " references") + ", "
                                + held + (held == 1 ? " holder is" : " holders are") + " left");
            }
        }
        return Optional.empty();
    }

    // Each attached device holds one; the platform holds one for the mapping that it made, as long as the device has
    // it; an IOMMU driver may hold one for the mapping that all its masters share;
    // Exynos DRM holds one for its shared mapping and takes over the platform's for those that it saved.
    private static long holders(World world, ArmMapping mapping) {
        long holders =
                world.heldByStory().toList().stream().filter(mapping::equals).count();
        holders += world.heldByDrivers().stream().filter(mapping::equals).count();
        for (Device device : world.devices().values()) {
            if (device.present().get() && device.dmaMapping().is(mapping)) {
                holders += mapping.madeFor().is(device) ? 2 : 1;
            }
        }
        return holders + world.drm().map(drm -> drm.holds(mapping)).orElse(0);
    }
}
