package org.iommulab.scenario;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Scatterlists: memory in several pieces that a device is to see as few. */
public sealed interface ListAction extends Action.ScatterList {
    /**
     * dma_map_sgtable for memory that the CPU already has, on a list with a segment for each piece. The result is the number
     * of entries that the device is told, and they are the text that is read; or an errno.
     *
     * @param boundary what dma_set_seg_boundary was given before; 4 GiB less one when missing
     * @param longest what dma_set_max_seg_size was given before; 64 KiB when missing
     * @param name of the list; its segments are the buffers {@code <name>.0}, {@code <name>.1} and so on
     */
    record MapList(
            String device,
            List<Piece> pieces,
            OptionalLong boundary,
            OptionalLong longest,
            Action.Direction direction,
            String name)
            implements ListAction {
        public MapList {
            pieces = List.copyOf(pieces);
        }
    }

    /** dma_unmap_sgtable. */
    record UnmapList(String name) implements ListAction {}

    /**
     * Pages without a gap, or a part of them.
     *
     * @param apart pages of others before it; 0 when missing
     * @param offset where the part begins; 0 when missing
     * @param bytes of the part; all up to the end when missing
     */
    record Piece(int pages, OptionalInt apart, OptionalLong offset, OptionalLong bytes) {
        long start() {
            return offset.orElse(0);
        }

        long length() {
            return bytes.orElse(pages * 4096L - start());
        }
    }
}
