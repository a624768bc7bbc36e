package org.iommulab.backend.riscv;

import org.iommulab.backend.Site;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct riscv_iommu_queue}: what the driver does alike with its two queues. */
abstract class RiscvRing {
    private static final Term ALLOC = Term.function("riscv_iommu_queue_alloc", RiscvDevice.FILE);
    private static final Term ENABLE = Term.function("riscv_iommu_queue_enable", RiscvDevice.FILE);
    private static final Term DISABLE = Term.function("riscv_iommu_queue_disable", RiscvDevice.FILE);
    private static final Term NOT_ALLOCATED = LogText.of("<3>queue #%d allocation failed");
    private static final Term NOT_STARTED = LogText.of("<3>queue #%d failed to start");

    private final Site site;
    private final RiscvDevice iommu;
    private final RiscvQueue queue;
    private final int wanted;
    private final LongCell base;
    private final LongCell mask;
    private final LongCell head;
    private final LongCell tail;

    /** @param wanted log2 of the number of entries that the driver asks for at most, less 1 */
    RiscvRing(Site site, RiscvDevice iommu, RiscvQueue queue, String name, int wanted) {
        this.site = site;
        this.iommu = iommu;
        this.queue = queue;
        this.wanted = wanted;
        SimObject device = iommu.device();
        this.base = new LongCell(device, Lane.DRIVER, Term.hex(name + ".phys"));
        this.mask = new LongCell(device, Lane.DRIVER, Term.hex(name + ".mask"));
        this.head = new LongCell(device, Lane.DRIVER, Term.count(name + ".head"));
        this.tail = new LongCell(device, Lane.DRIVER, Term.count(name + ".tail"));
    }

    final Site site() {
        return site;
    }

    final Kernel kernel() {
        return site.kernel();
    }

    final RiscvDevice iommu() {
        return iommu;
    }

    /** Both count on and on; only their low bits are places. */
    final LongCell head() {
        return head;
    }

    final LongCell tail() {
        return tail;
    }

    /** Q_ITEM. */
    final long place(long index) {
        return index & mask.get();
    }

    final long lastPlace() {
        return mask.get();
    }

    final long entryAddress(long index) {
        return base.get() + place(index) * queue.entryBytes();
    }

    /** 0 or an errno. The unit's base register tells how many entries it takes, and whether the place is fixed. */
    final long allocate() {
        return kernel().driverCall(ALLOC, iommu.device(), () -> {
            iommu.registers().write64(queue.base(), RiscvLayout.QUEUE_LOG2SIZE);
            long answer = iommu.registers().read64(queue.base());
            int log2 = (int) Math.min(wanted, answer & RiscvLayout.QUEUE_LOG2SIZE);
            long fixed = RiscvLayout.address(answer);
            int bytes = queue.entryBytes() << log2 + 1;
            base.set(fixed != 0 ? fixed : memory(bytes));
            long value = RiscvLayout.ppn(base.get()) | log2;
            iommu.registers().write64(queue.base(), value);
            if (iommu.registers().read64(queue.base()) != value) {
                kernel().log().line(NOT_ALLOCATED, iommu.device(), queue.interrupt(), 0);
                return Errno.ENODEV.negative();
            }
            mask.set((2L << log2) - 1);
            return 0;
        });
    }

    private long memory(int bytes) {
        int whole = Math.max(bytes, RiscvLayout.PAGE);
        long address = site.frames().allocate(whole, whole);
        site.memory().clear(address, whole);
        return address;
    }

    /** 0 or an errno; a unit that does not switch the queue on cannot be used. */
    final long enable() {
        return kernel().driverCall(ENABLE, iommu.device(), () -> {
            var irq = iommu.irq(queue.interrupt() % iommu.irqs());
            irq.connect(this::interrupted);
            int enables = RiscvLayout.QUEUE_ENABLE | RiscvLayout.QUEUE_INTERRUPT | RiscvLayout.QUEUE_MEMORY_FAULT;
            iommu.registers().write32(queue.control(), enables);
            int status = iommu.registers().read32(queue.control());
            int wantedBits = RiscvLayout.QUEUE_ON | RiscvLayout.QUEUE_BUSY | RiscvLayout.QUEUE_MEMORY_FAULT;
            if ((status & wantedBits) != RiscvLayout.QUEUE_ON) {
                iommu.registers().write32(queue.control(), 0);
                irq.disconnect();
                kernel().log().line(NOT_STARTED, iommu.device(), queue.interrupt(), 0);
                return Errno.EBUSY.negative();
            }
            clearPending();
            return 0;
        });
    }

    final void disable() {
        kernel().driverRun(DISABLE, iommu.device(), () -> {
            iommu.irq(queue.interrupt() % iommu.irqs()).disconnect();
            iommu.registers().write32(queue.control(), 0);
            iommu.registers().read32(queue.control());
        });
    }

    final void clearPending() {
        iommu.registers().write32(RiscvLayout.IPSR, 1 << queue.interrupt());
    }

    // riscv_iommu_queue_ipsr: the thread is woken for an interrupt of this queue only
    private void interrupted() {
        if ((iommu.registers().read32(RiscvLayout.IPSR) & 1 << queue.interrupt()) != 0) {
            handle();
        }
    }

    /** The queue's interrupt thread. */
    abstract void handle();
}
