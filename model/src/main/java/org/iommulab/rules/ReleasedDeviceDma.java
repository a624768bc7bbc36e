package org.iommulab.rules;

import java.util.Optional;
import org.iommulab.board.World;

/** A device whose dma_ops are the platform's own is not translated with a mapping that was taken from it. */
final class ReleasedDeviceDma implements Rule {
    @Override
    public String key() {
        return "released-device-dma";
    }

    @Override
    public String title() {
        return "A released device can do platform DMA";
    }

    @Override
    public String protects() {
        return "A driver that uses the DMA API: the addresses that it gets lead where they say.";
    }

    @Override
    public String guarantee() {
        return "dma_ops NULL is dma-direct: bus addresses are physical addresses (kernel/dma/mapping.c,"
                + " arch/arm/mm/dma-mapping.c).";
    }

    @Override
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        return Partings.firstOfReleased(world);
    }
}
