package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The calls that a driver makes (kernel/dma/mapping.c): whoever is in dev.dma_ops answers, or dma-direct. */
public final class DmaApi {
    private static final String FILE = "kernel/dma/mapping.c";
    private static final Term ALLOC = Term.of("dma_alloc_attrs", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term FREE = Term.of("dma_free_attrs", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term MAP = Term.of("dma_map_page_attrs", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term UNMAP = Term.of("dma_unmap_page_attrs", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);

    private static final Term MAP_SG =
            Term.of("dma_map_sg_attrs", FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term UNMAP_SG =
            Term.of("dma_unmap_sg_attrs", FILE, Operand.DECIMAL, Operand.NONE, Operand.NONE);

    private final Kernel kernel;
    private final DmaOps direct;
    private final Optional<IommuDma> generic;
    private final PhysicalMemory memory;
    private final FrameAllocator frames;

    /** @param generic dma-iommu, where the kernel is built with it */
    public DmaApi(Kernel kernel, PhysicalMemory memory, FrameAllocator frames, Optional<IommuDma> generic) {
        this.kernel = kernel;
        this.generic = generic;
        this.direct = new DirectDma(kernel.machine());
        this.memory = memory;
        this.frames = frames;
    }

    /** get_dma_ops, with NULL turned into dma-direct; {@code dev->dma_iommu} goes before it (v6.12). */
    public DmaOps opsOf(Device device) {
        if (device.dmaIommu().get()) {
            return generic.orElseThrow();
        }
        return device.dmaOps().get().map(DmaOps.class::cast).orElse(direct);
    }

    /**
     * iommu_setup_dma_ops as an IOMMU driver calls it in its probe_finalize up to v6.9, after it cleared dma_ops; nothing
     * where CONFIG_IOMMU_DMA is off.
     */
    public void setUpIommuDma(Device device) {
        generic.ifPresent(dma -> dma.setUpOps(device, 0, -1));
    }

    /** Whether an unmapped address waits in a flush queue: until the flush the IOTLB may still know it. */
    public static boolean waitsForFlush(IommuDomain domain, long address) {
        return IovaDomain.of(domain)
                .flatMap(iova -> iova.queue().get())
                .filter(queue -> queue.holds(address))
                .isPresent();
    }

    /**
     * How long an unmapped address stays reachable.
     *
     * @param openSince milliseconds since it was unmapped
     * @param closesIn milliseconds until its queue is flushed
     */
    public record FlushWindow(long openSince, long closesIn) {}

    /** The window of an unmapped address that waits in a flush queue; empty when it does not. For those who look. */
    public static Optional<FlushWindow> flushWindow(IommuDomain domain, long address) {
        return IovaDomain.of(domain).flatMap(iova -> iova.queue().get()).flatMap(queue -> queue.window(address));
    }

    public DmaOps direct() {
        return direct;
    }

    private long wholePages(long bytes) {
        return bytes + kernel.pageBytes() - 1 & -kernel.pageBytes();
    }

    /** dma_alloc_attrs: memory for CPU and device, cleared; the buffer, whose address may be {@link DmaOps#ERROR}. */
    public DmaBuffer allocate(Device device, long bytes) {
        long rounded = wholePages(bytes);
        long physical = frames.allocate(rounded, kernel.pageBytes());
        DmaOps ops = opsOf(device);
        long address = kernel.machine()
                .call(Lane.CORE, ALLOC, device, rounded, 0, () -> ops.allocate(device, physical, rounded));
        return new DmaBuffer(kernel.machine(), device, physical, rounded, address, true);
    }

    /** dma_map_page for memory that the CPU already has. */
    public DmaBuffer map(Device device, long bytes, DmaDirection direction) {
        long rounded = wholePages(bytes);
        return map(device, rounded, 0, rounded, OptionalLong.empty(), direction);
    }

    /**
     * dma_map_page for a part of memory that the CPU already has.
     *
     * @param all bytes of that memory
     * @param offset where in it the part begins
     * @param fill what the CPU has written to each word of that memory; empty for nothing
     */
    public DmaBuffer map(Device device, long all, long offset, long bytes, OptionalLong fill, DmaDirection direction) {
        long first = frames.allocate(wholePages(all), kernel.pageBytes());
        fill.ifPresent(word -> memory.fill32(first, (int) wholePages(all), (int) word));
        long physical = first + offset;
        DmaOps ops = opsOf(device);
        long address = kernel.machine()
                .call(Lane.CORE, MAP, device, physical, bytes, () -> ops.map(device, physical, bytes, direction));
        return new DmaBuffer(kernel.machine(), device, physical, bytes, address, false);
    }

    /** Bytes of one page and more, for a list's segments: the physical address. */
    public long memoryFor(long bytes) {
        return frames.allocate(wholePages(bytes), kernel.pageBytes());
    }

    /** __dma_map_sg_attrs, which dma_map_sg and dma_map_sgtable call. */
    public SgList.Mapped mapList(
            Device device, List<SgList.Segment> segments, SgLimits limits, DmaDirection direction) {
        var mapped = new SgList.Mapped[1];
        kernel.machine().call(Lane.CORE, MAP_SG, device, segments.size(), 0, () -> {
            mapped[0] = opsOf(device).mapList(device, segments, limits, direction);
            return mapped[0].result();
        });
        return mapped[0];
    }

    /** dma_unmap_sg_attrs. */
    public void releaseList(SgList list) {
        kernel.machine()
                .run(
                        Lane.CORE,
                        UNMAP_SG,
                        list.device(),
                        list.segments().size(),
                        0,
                        () -> opsOf(list.device()).unmapList(list));
    }

    /** One segment of a list as a buffer of its own, for those who access it. It cannot be released. */
    public DmaBuffer segment(SgList list, int index) {
        SgList.Segment segment = list.segments().get(index);
        return new DmaBuffer(
                kernel.machine(),
                list.device(),
                segment.physical(),
                segment.bytes(),
                list.places().get(index),
                false);
    }

    /** dma_unmap_page or dma_free_attrs. */
    public void release(DmaBuffer buffer) {
        Device device = buffer.device();
        Term function = buffer.isAllocated() ? FREE : UNMAP;
        kernel.machine().run(Lane.CORE, function, device, buffer.address(), buffer.bytes(), () -> {
            if (buffer.isAllocated()) {
                opsOf(device).free(device, buffer.address(), buffer.bytes());
            } else {
                opsOf(device).unmap(device, buffer.address(), buffer.bytes());
            }
        });
        if (buffer.isAllocated()) {
            frames.free(buffer.bytes());
        }
    }
}
