package org.iommulab.dma;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.core.Mapping;

/**
 * Where the segments of a list lie in its one range of addresses (drivers/iommu/dma-iommu.c: the arithmetic of
 * iommu_dma_map_sg and __finalise_sg, the same in v6.1 and v6.12). Each is widened to whole granules; where one would cross
 * a boundary that the device cannot cross, the one before it is padded up to the boundary.
 */
final class SgLayout {
    private final List<Piece> pieces = new ArrayList<>();
    private final long granule;
    private final SgLimits limits;

    /**
     * @param offset of the segment in its first granule
     * @param bytes of the segment
     * @param padded whole granules, with what pads it
     */
    private record Piece(long physical, long offset, long bytes, long padded) {}

    SgLayout(List<SgList.Segment> segments, long granule, SgLimits limits) {
        this.granule = granule;
        this.limits = limits;
        segments.forEach(this::append);
    }

    private void append(SgList.Segment segment) {
        long offset = segment.physical() & granule - 1;
        long whole = offset + segment.bytes() + granule - 1 & -granule;
        long pad = limits.boundary() - bytes() + 1 & limits.boundary();
        if (pad != 0 && pad < whole - 1) {
            Piece last = pieces.removeLast();
            pieces.add(new Piece(last.physical(), last.offset(), last.bytes(), last.padded() + pad));
        }
        pieces.add(new Piece(segment.physical() - offset, offset, segment.bytes(), whole));
    }

    /** Bytes of addresses that the list takes. */
    long bytes() {
        return pieces.stream().mapToLong(Piece::padded).sum();
    }

    /** What is to be mapped, one behind the other. */
    List<Mapping.Piece> toMap() {
        return pieces.stream()
                .map(piece -> new Mapping.Piece(piece.physical(), piece.padded()))
                .toList();
    }

    /** __finalise_sg: what the device is told; what follows without a gap is told as one. */
    List<SgList.Entry> entries(long iova) {
        var entries = new ArrayList<SgList.Entry>();
        long current = 0;
        long address = iova;
        for (Piece piece : pieces) {
            boolean follows = current != 0
                    && piece.offset() == 0
                    && (address & limits.boundary()) != 0
                    && limits.longest() - current >= piece.bytes();
            if (follows) {
                current += piece.bytes();
                entries.set(
                        entries.size() - 1, new SgList.Entry(entries.getLast().address(), current));
            } else {
                current = piece.bytes();
                entries.add(new SgList.Entry(address + piece.offset(), current));
            }
            address += piece.padded();
            if (piece.bytes() + piece.offset() < piece.padded()) {
                current = 0;
            }
        }
        return entries;
    }

    /** Where the device finds each segment. */
    List<Long> places(long iova) {
        var places = new ArrayList<Long>();
        long address = iova;
        for (Piece piece : pieces) {
            places.add(address + piece.offset());
            address += piece.padded();
        }
        return places;
    }
}
