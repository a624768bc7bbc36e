package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.Mapping;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Timer;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The flush queue of a DMA_FQ domain (drivers/iommu/dma-iommu.c): unmapped addresses wait in a ring until the whole IOTLB
 * has been invalidated once, at the latest 10 ms after the first. Until then a device may still reach the old page, and
 * nobody gets its address. One CPU's ring; every call in the lab is made on one CPU.
 */
final class FlushQueue extends SimObject {
    private static final String FILE = "drivers/iommu/dma-iommu.c";
    private static final Term QUEUE = Term.of("queue_iova", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term FREE = Term.of("fq_ring_free", FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term FLUSH = Term.of("fq_flush_iotlb", FILE, Operand.NONE, Operand.NONE, Operand.ERRNO);
    private static final Term TIMEOUT = Term.of("fq_flush_timeout", FILE, Operand.NONE, Operand.NONE, Operand.ERRNO);
    /** IOVA_FQ_SIZE, of which one stays free. */
    private static final int USABLE = 255;
    /** IOVA_FQ_TIMEOUT, milliseconds. */
    private static final int DELAY = 10;

    private final Kernel kernel;
    private final IovaDomain iova;
    private final IommuDomain domain;
    private final LongCell started;
    private final LongCell finished;
    private final FlagCell timerOn;
    private final RefList<Entry> ring;
    private final Timer timer;

    FlushQueue(Kernel kernel, IovaDomain iova, IommuDomain domain) {
        super(kernel.machine());
        this.kernel = kernel;
        this.iova = iova;
        this.domain = domain;
        this.started = new LongCell(this, Lane.CORE, Term.count("fq_flush_start_cnt"));
        this.finished = new LongCell(this, Lane.CORE, Term.count("fq_flush_finish_cnt"));
        this.timerOn = new FlagCell(this, Lane.CORE, Term.flag("fq_timer_on"));
        this.ring = new RefList<>(this, Entry.class);
        this.timer = new Timer(kernel.machine()) {
            @Override
            public String label() {
                return "flush timer of " + domain.label();
            }

            @Override
            public void fire() {
                timeout();
            }
        };
    }

    @Override
    public String label() {
        return "flush queue of " + domain.label();
    }

    /**
     * queue_iova: the address is free when a flush that begins later has finished, and so is the memory of the tables
     * that fell out.
     */
    void queue(long address, long bytes, List<Runnable> freelist) {
        kernel.machine().run(Lane.CORE, QUEUE, this, address, bytes, () -> {
            freeFlushed();
            if (ring.size() == USABLE) {
                flush();
                freeFlushed();
            }
            ring.add(new Entry(
                    this,
                    address,
                    bytes,
                    freelist,
                    started.get(),
                    kernel.timers().waited()));
            if (!timerOn.get()) {
                timerOn.set(true);
                kernel.timers().start(timer, DELAY);
            }
        });
    }

    private void timeout() {
        kernel.machine().run(Lane.CORE, TIMEOUT, this, 0, 0, () -> {
            timerOn.set(false);
            flush();
            freeFlushed();
        });
    }

    private void flush() {
        kernel.machine().run(Lane.CORE, FLUSH, this, 0, 0, () -> {
            started.set(started.get() + 1);
            Mapping.flushWithoutTest(domain);
            finished.set(finished.get() + 1);
        });
    }

    private void freeFlushed() {
        if (ring.isEmpty()) {
            return;
        }
        kernel.machine().call(Lane.CORE, FREE, this, ring.size(), 0, () -> {
            long freed = 0;
            for (Entry entry : ring.toList()) {
                if (entry.counter >= finished.get()) {
                    break;
                }
                ring.remove(entry);
                entry.freelist.forEach(Runnable::run);
                iova.free(entry.address, entry.bytes);
                freed++;
            }
            return freed;
        });
    }

    /** iommu_dma_free_fq: the domain goes, its timer with it. */
    void stop() {
        kernel.timers().stop(timer);
    }

    /** Since when this address waits, and for how long yet; empty when it does not. For those who look. */
    Optional<DmaApi.FlushWindow> window(long address) {
        long now = kernel.timers().waited();
        return ring.toList().stream()
                .filter(entry -> address >= entry.address && address < entry.address + entry.bytes)
                .findFirst()
                .map(entry -> new DmaApi.FlushWindow(
                        now - entry.since, kernel.timers().left(timer)));
    }

    /** Whether this address waits. For those who look. */
    boolean holds(long address) {
        return ring.toList().stream()
                .anyMatch(entry -> address >= entry.address && address < entry.address + entry.bytes);
    }

    private static final class Entry extends SimObject {
        private final long address;
        private final long bytes;
        private final List<Runnable> freelist;
        private final long counter;
        private final long since;

        /** @param since when it was unmapped, in milliseconds that the story had waited */
        Entry(FlushQueue queue, long address, long bytes, List<Runnable> freelist, long counter, long since) {
            super(queue.machine());
            this.address = address;
            this.bytes = bytes;
            this.freelist = freelist;
            this.counter = counter;
            this.since = since;
        }

        @Override
        public String label() {
            return "queued iova 0x" + Long.toHexString(address);
        }
    }
}
