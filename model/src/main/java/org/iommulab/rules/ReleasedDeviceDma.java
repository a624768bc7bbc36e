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
    public Quiet quiet() {
        return Quiet.NOTHING_HALF_DONE;
    }

    @Override
    public Optional<String> violation(World world) {
        return Partings.ofReleased(world).stream()
                .map(Partings.Parting::sentence)
                .findFirst();
    }
}
