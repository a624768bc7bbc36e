package org.iommulab.dma;

import java.util.List;
import org.iommulab.bus.Device;

/**
 * A scatterlist as it was mapped.
 *
 * @param segments what the CPU has
 * @param places where the device finds each of them
 * @param entries what the device is told: fewer than segments where some could be put together
 */
public record SgList(Device device, List<Segment> segments, List<Long> places, List<Entry> entries) {
    public SgList {
        segments = List.copyOf(segments);
        places = List.copyOf(places);
        entries = List.copyOf(entries);
    }

    /** A part of memory without a gap. */
    public record Segment(long physical, long bytes) {}

    /** sg_dma_address and sg_dma_len. */
    public record Entry(long address, long bytes) {}

    /**
     * A list, or why there is none.
     *
     * @param result how many entries, or -ENOMEM, -EINVAL or -EIO
     */
    public record Mapped(long result, List<Long> places, List<Entry> entries) {
        static Mapped failed(long error) {
            return new Mapped(error, List.of(), List.of());
        }
    }
}
