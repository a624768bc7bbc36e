package org.iommulab.backend.amd;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/**
 * How commands reach a unit: a ring in memory, whose tail is a register, and a word that COMPLETION_WAIT stores to
 * (iommu_queue_command, iommu_completion_wait and the iommu_flush_... functions around them).
 */
final class AmdCommands {
    private static final int RING_BYTES = 512 * AmdLayout.ENTRY_BYTES;
    /** Entries that are never used: the unit must not see a full ring as an empty one. */
    private static final int LEFT_FREE = 0x20;

    private static final int PAGE = 4096;
    private static final Term TIMED_OUT = LogText.of("<1>AMD-Vi: Completion-Wait loop timed out");
    private static final Term RING_FULL = LogText.of("<3>AMD-Vi: Command buffer timeout");

    private final Site site;
    private final Device device;
    private final Mmio registers;
    private final LongCell ring;
    private final LongCell head;
    private final LongCell tail;
    private final LongCell semaphore;
    private final LongCell semaphoreValue;
    private final FlagCell needSync;

    AmdCommands(Site site, Device device, Mmio registers) {
        this.site = site;
        this.device = device;
        this.registers = registers;
        this.ring = new LongCell(device, Lane.DRIVER, Term.hex("cmd_buf"));
        this.head = new LongCell(device, Lane.DRIVER, Term.hex("cmd_buf_head"));
        this.tail = new LongCell(device, Lane.DRIVER, Term.hex("cmd_buf_tail"));
        this.semaphore = new LongCell(device, Lane.DRIVER, Term.hex("cmd_sem"));
        this.semaphoreValue = new LongCell(device, Lane.DRIVER, Term.count("cmd_sem_val"));
        this.needSync = new FlagCell(device, Lane.DRIVER, Term.flag("need_sync"));
    }

    /** alloc_cwwb_sem, alloc_command_buffer. */
    void allocate() {
        semaphore.set(site.frames().allocate(PAGE, PAGE));
        site.memory().clear(semaphore.get(), PAGE);
        ring.set(site.frames().allocate(RING_BYTES, PAGE));
        site.memory().clear(ring.get(), RING_BYTES);
    }

    /** What the base register is told. */
    long ring() {
        return ring.get() | AmdLayout.LENGTH_512;
    }

    /** amd_iommu_reset_cmd_buffer, less the enable bit around it. */
    void reset() {
        registers.write32(AmdLayout.CMD_HEAD, 0);
        registers.write32(AmdLayout.CMD_TAIL, 0);
        head.setQuietly(0);
        tail.setQuietly(0);
    }

    /** iommu_queue_command: -EIO when the unit takes nothing out of a full ring. */
    long queue(AmdCommand command) {
        return queue(command, true);
    }

    private long queue(AmdCommand command, boolean sync) {
        long next = tail.get() + AmdLayout.ENTRY_BYTES & RING_BYTES - 1;
        if (left(next) <= LEFT_FREE) {
            head.setQuietly(registers.read32(AmdLayout.CMD_HEAD));
            if (left(next) <= LEFT_FREE) {
                site.kernel().log().line(RING_FULL, site.kernel(), 0, 0);
                return Errno.EIO.negative();
            }
        }
        long address = ring.get() + tail.get();
        site.memory().write64(address, command.low());
        site.memory().write64(address + 8, command.high());
        site.kernel()
                .machine()
                .emit(EventKind.DATA, Lane.DRIVER, Term.hex(command.opcode().name()), device, address, command.low());
        tail.setQuietly(next);
        registers.write32(AmdLayout.CMD_TAIL, (int) next);
        needSync.setQuietly(sync);
        return 0;
    }

    private long left(long next) {
        return head.get() - next & RING_BYTES - 1;
    }

    /** iommu_completion_wait: nothing when no command came since the last one. */
    long completionWait() {
        if (!needSync.get()) {
            return 0;
        }
        long value = semaphoreValue.get() + 1;
        semaphoreValue.setQuietly(value);
        long error = queue(AmdCommand.completionWait(semaphore.get(), value), false);
        if (error == 0 && site.memory().read64(semaphore.get()) != value) {
            site.kernel().log().line(TIMED_OUT, site.kernel(), 0, 0);
            return Errno.EIO.negative();
        }
        return error;
    }

    /** iommu_flush_dte. */
    long flushDevice(int id) {
        return queue(AmdCommand.invalidateDevice(id));
    }

    /** amd_iommu_flush_tlb_domid. */
    void flushDomainId(int domain) {
        queue(AmdCommand.invalidatePages(domain, AmdCommand.allPages()));
        completionWait();
    }

    /** iommu_flush_all_caches, where the unit can invalidate all at once; else everything one by one. */
    void flushAll(long features, int lastId) {
        if ((features & AmdLayout.FEATURE_INVALIDATE_ALL) != 0) {
            queue(AmdCommand.invalidateAll());
            completionWait();
            return;
        }
        // amd_iommu_flush_dte_all, amd_iommu_flush_irt_all, amd_iommu_flush_tlb_all
        for (int id = 0; id <= lastId; id++) {
            flushDevice(id);
        }
        completionWait();
        for (int id = 0; id <= lastId; id++) {
            queue(AmdCommand.invalidateInterrupts(id));
        }
        completionWait();
        for (int id = 0; id <= lastId; id++) {
            queue(AmdCommand.invalidatePages(id, AmdCommand.allPages()));
        }
        completionWait();
    }
}
