package org.iommulab.backend.riscv;

import org.iommulab.backend.Site;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/**
 * The command queue: riscv_iommu_cmd_send, riscv_iommu_cmd_sync and what they call. The lab's unit carries commands out at
 * once, so that one look at the head is enough; the kernel looks for up to 90 seconds.
 */
final class RiscvCommandRing extends RiscvRing {
    /** RISCV_IOMMU_DEF_CQ_COUNT: 8192. */
    private static final int WANTED = 12;

    private static final Term HANDLER = Term.function("riscv_iommu_cmdq_process", RiscvDevice.FILE);
    private static final Term ERROR = LogText.of("<4>Queue #%d error;");
    private static final Term FAULT_TIMEOUT = LogText.of("<c> fault:%d timeout:%d");
    private static final Term ILLEGAL_FENCE = LogText.of("<c> illegal:%d fence_w_ip:%d");
    private static final Term NO_ROOM = LogText.of("<3>Hardware error: command enqueue failed");
    private static final Term TIMED_OUT = LogText.of("<3>Hardware error: command execution timeout");

    private final LongCell prod;
    private final FlagCell saidNoRoom;
    private final FlagCell saidTimedOut;

    RiscvCommandRing(Site site, RiscvDevice iommu) {
        super(site, iommu, RiscvQueue.COMMAND, "cmdq", WANTED);
        this.prod = new LongCell(iommu.device(), Lane.DRIVER, Term.count("cmdq.prod"));
        this.saidNoRoom = new FlagCell(iommu.device(), Lane.DRIVER, Term.flag("said: command enqueue failed"));
        this.saidTimedOut = new FlagCell(iommu.device(), Lane.DRIVER, Term.flag("said: command execution timeout"));
    }

    /** riscv_iommu_cmd_send: nobody waits. */
    void send(RiscvCommand command) {
        enqueue(command);
    }

    /** riscv_iommu_cmd_sync: waits until everything before is done. */
    void sync() {
        long index = enqueue(RiscvCommand.fence());
        if (consumed() - index <= 0) {
            once(saidTimedOut, TIMED_OUT);
        }
    }

    /** riscv_iommu_queue_send: the number of the entry. */
    private long enqueue(RiscvCommand command) {
        long index = prod.get();
        prod.setQuietly(index + 1);
        if (index - head().get() >= lastPlace()) {
            head().setQuietly(consumed());
            if (index - head().get() >= lastPlace()) {
                once(saidNoRoom, NO_ROOM);
                return index;
            }
        }
        long address = entryAddress(index);
        site().memory().write64(address, command.w0());
        site().memory().write64(address + 8, command.w1());
        Term term = Term.hex(command.operation().name());
        kernel().machine().emit(EventKind.DATA, Lane.DRIVER, term, iommu().device(), address, command.w0());
        iommu().registers().write32(RiscvQueue.COMMAND.tail(), (int) place(index + 1));
        tail().setQuietly(index + 1);
        return index;
    }

    /** riscv_iommu_queue_cons: the number of the first entry that is not done. */
    private long consumed() {
        long now = iommu().registers().read32(RiscvQueue.COMMAND.head()) & 0xffff_ffffL;
        return (now & ~lastPlace()) != 0 ? head().get() : head().get() + place(now - place(head().get()));
    }

    private void once(FlagCell said, Term line) {
        if (!said.get()) {
            said.setQuietly(true);
            kernel().log().line(line, iommu().device(), 0, 0);
        }
    }

    /** Errors are said and cleared; the command that is to blame stays where it is. */
    @Override
    void handle() {
        kernel().driverRun(HANDLER, iommu().device(), () -> {
            int control = iommu().registers().read32(RiscvQueue.COMMAND.control());
            if ((control & RiscvQueue.COMMAND.errors()) != 0) {
                iommu().registers().write32(RiscvQueue.COMMAND.control(), control);
                var log = kernel().log();
                log.line(ERROR, iommu().device(), RiscvQueue.COMMAND.interrupt(), 0);
                log.line(
                        FAULT_TIMEOUT,
                        iommu().device(),
                        bit(control, RiscvLayout.QUEUE_MEMORY_FAULT),
                        bit(control, RiscvLayout.CQ_TIMEOUT));
                log.line(
                        ILLEGAL_FENCE,
                        iommu().device(),
                        bit(control, RiscvLayout.CQ_ILLEGAL),
                        bit(control, RiscvLayout.CQ_FENCE));
            }
            clearPending();
        });
    }

    private static long bit(int control, int bit) {
        return (control & bit) != 0 ? 1 : 0;
    }
}
