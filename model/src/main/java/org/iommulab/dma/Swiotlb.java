package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Memory through which DMA is copied where a device must not see the buffer itself (kernel/dma/swiotlb.c): slots of
 * 2 KiB, looked for upwards from the last one taken. One area, as with one CPU. Devices ask for no alignment of their
 * own (dma_set_min_align_mask), and the lines about a full pool and a copy that is too long are not written.
 */
public final class Swiotlb extends SimObject {
    private static final String FILE = "kernel/dma/swiotlb.c";
    private static final Term MAP = Term.of("swiotlb_tbl_map_single", FILE, Operand.HEX, Operand.DECIMAL, Operand.HEX);
    private static final Term UNMAP =
            Term.of("swiotlb_tbl_unmap_single", FILE, Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term BOUNCE = Term.of("swiotlb_bounce", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    /** IO_TLB_SIZE. */
    private static final int SLOT = 1 << 11;
    /** IO_TLB_SEGSIZE slots: no copy goes over the end of a segment, so that none is longer than 256 KiB. */
    private static final long SEGMENT = 128L * SLOT;
    /** IO_TLB_DEFAULT_SIZE. */
    private static final long DEFAULT_BYTES = 64L << 20;

    private static final long FOUR_GIB = 1L << 32;

    private final PhysicalMemory memory;
    private final long start;
    private final long slots;
    private final LongCell next;
    private final RefList<Bounced> bounced;

    private Swiotlb(Machine machine, PhysicalMemory memory, long start, long bytes) {
        super(machine);
        this.memory = memory;
        this.start = start;
        this.slots = bytes / SLOT;
        this.next = new LongCell(this, Lane.CORE, Term.count("area.index"));
        this.bounced = new RefList<>(this, Bounced.class);
    }

    /**
     * The pool of a machine: with CONFIG_SWIOTLB, where there is memory above 4 GiB or the command line insists
     * (pci_swiotlb_detect, mem_init of arm64), unless it forbids.
     *
     * @param end of the highest memory
     */
    public static Optional<Swiotlb> of(Kernel kernel, PhysicalMemory memory, FrameAllocator frames, long end) {
        List<String> words = kernel.commandLine().list("swiotlb");
        boolean wanted = end > FOUR_GIB || words.contains("force");
        if (!kernel.config("SWIOTLB") || !wanted || words.contains("noforce")) {
            return Optional.empty();
        }
        long bytes = words.stream()
                .filter(word -> word.matches("[0-9]{1,9}"))
                .findFirst()
                .map(word -> wholeSegments(Long.parseLong(word) * SLOT))
                .orElse(DEFAULT_BYTES);
        return Optional.of(new Swiotlb(kernel.machine(), memory, frames.allocate(bytes, 4096), bytes));
    }

    // setup_io_tlb_npages and swiotlb_adjust_nareas: an area has one segment at least
    private static long wholeSegments(long bytes) {
        return Math.max(SEGMENT, bytes + SEGMENT - 1 & -SEGMENT);
    }

    @Override
    public String label() {
        return "bounce buffers";
    }

    /** is_swiotlb_buffer. */
    boolean contains(long physical) {
        return physical >= start && physical - start < slots * SLOT;
    }

    /**
     * swiotlb_tbl_map_single: a copy of the buffer, whatever the direction; its address, or {@link DmaOps#ERROR} when
     * no segment of the pool has room for it.
     *
     * @param granule the copy begins at a multiple of it, and nobody else's is in the last one
     */
    long map(Device device, long physical, long bytes, long granule, DmaDirection direction) {
        return machine().call(Lane.CORE, MAP, device, physical, bytes, () -> {
            long size = bytes + granule - 1 & -granule;
            long place = place(size, granule);
            if (place == DmaOps.ERROR) {
                return place;
            }
            bounced.add(new Bounced(machine(), physical, bytes, place, size, direction));
            next.setQuietly((place - start + size) / SLOT % slots);
            copy(device, physical, place, bytes);
            return place;
        });
    }

    private long place(long size, long granule) {
        long step = Math.max(SLOT, granule);
        long from = next.get() * SLOT + step - 1 & -step;
        for (long tried = 0; tried < slots * SLOT; tried += step) {
            long place = start + (from + tried) % (slots * SLOT);
            if ((place - start) % SEGMENT + size <= SEGMENT
                    && bounced.toList().stream().noneMatch(taken -> taken.overlaps(place, size))) {
                return place;
            }
        }
        return DmaOps.ERROR;
    }

    /** swiotlb_tbl_unmap_single: what the device wrote is copied back, and the slots are free. */
    void unmap(Device device, long place) {
        bounced.toList().stream()
                .filter(taken -> taken.place == place)
                .findFirst()
                .ifPresent(taken -> machine().run(Lane.CORE, UNMAP, device, place, taken.bytes, () -> {
                    if (taken.direction != DmaDirection.TO_DEVICE) {
                        copy(device, place, taken.original, taken.bytes);
                    }
                    bounced.remove(taken);
                }));
    }

    private void copy(Device device, long from, long to, long bytes) {
        machine().run(Lane.CORE, BOUNCE, device, from, to, () -> {
            for (long at = 0; at < bytes; at += 4) {
                memory.write32(to + at, memory.read32(from + at));
            }
        });
    }

    /** memset to 0, for what lies beside a copy. */
    void clear(long from, long to) {
        for (long at = from; at < to; at += 4) {
            memory.write32(at, 0);
        }
    }

    /** A buffer and its copy, with the direction that the kernel is told again when it is unmapped. */
    private static final class Bounced extends SimObject {
        private final long original;
        private final long bytes;
        private final long place;
        private final long size;
        private final DmaDirection direction;

        Bounced(Machine machine, long original, long bytes, long place, long size, DmaDirection direction) {
            super(machine);
            this.original = original;
            this.bytes = bytes;
            this.place = place;
            this.size = size;
            this.direction = direction;
        }

        @Override
        public String label() {
            return "copy of 0x" + Long.toHexString(original);
        }

        boolean overlaps(long other, long otherSize) {
            return place < other + otherSize && other < place + size;
        }
    }
}
