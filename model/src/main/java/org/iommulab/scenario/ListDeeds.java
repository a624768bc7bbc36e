package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.dma.DmaDirection;
import org.iommulab.dma.SgLimits;
import org.iommulab.dma.SgList;

/** Scatterlists. */
final class ListDeeds {
    private static final long PAGE = 4096;

    private final World world;
    private final Map<String, SgList> lists = new HashMap<>();

    ListDeeds(World world) {
        this.world = world;
    }

    void know(ListDeeds other) {
        lists.putAll(other.lists);
    }

    /**
     * @param print takes what a device is told, in lines
     * @param segments takes the segments of a list that was mapped, with their names
     */
    long run(Action.ScatterList action, Consumer<List<String>> print, BiConsumer<String, DmaBuffer> segments) {
        return switch (action) {
            case ListAction.MapList map -> map(map, print, segments);
            case ListAction.UnmapList(String name) -> {
                world.dma().releaseList(Deeds.named(lists, name, "list"));
                yield 0;
            }
        };
    }

    private long map(ListAction.MapList map, Consumer<List<String>> print, BiConsumer<String, DmaBuffer> keep) {
        Device device = Deeds.device(world, map.device());
        if (!world.dma().opsOf(device).hasLists()) {
            throw new StoryBroken("the lab has scatterlists of dma-iommu and of dma-direct, not of "
                    + world.dma().opsOf(device).label());
        }
        var segments = new ArrayList<SgList.Segment>();
        for (ListAction.Piece piece : map.pieces()) {
            piece.apart().ifPresent(pages -> world.dma().memoryFor(pages * PAGE));
            long first = world.dma().memoryFor(piece.pages() * PAGE);
            segments.add(new SgList.Segment(first + piece.start(), piece.length()));
        }
        var limits = new SgLimits(
                map.boundary().orElse(SgLimits.USUAL.boundary()), map.longest().orElse(SgLimits.USUAL.longest()));
        SgList.Mapped mapped = world.dma()
                .mapList(
                        device,
                        segments,
                        limits,
                        DmaDirection.valueOf(map.direction().name()));
        if (mapped.result() > 0) {
            var list = new SgList(device, segments, mapped.places(), mapped.entries());
            lists.put(map.name(), list);
            for (int i = 0; i < segments.size(); i++) {
                keep.accept(map.name() + "." + i, world.dma().segment(list, i));
            }
            print.accept(mapped.entries().stream()
                    .map(entry -> "0x" + Long.toHexString(entry.address()) + " 0x" + Long.toHexString(entry.bytes()))
                    .toList());
        }
        return mapped.result();
    }
}
