package org.iommulab.backend.riscv;

import org.iommulab.backend.Site;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * The fault queue: riscv_iommu_fltq_process reads the records and prints them, and does nothing else about them. The
 * kernel prints at most ten in five seconds; the lab prints all.
 */
final class RiscvFaultRing extends RiscvRing {
    /** RISCV_IOMMU_DEF_FQ_COUNT: 4096. */
    private static final int WANTED = 11;

    private static final Term HANDLER = Term.function("riscv_iommu_fltq_process", RiscvDevice.FILE);
    private static final Term FAULT = Term.function("riscv_iommu_fault", RiscvDevice.FILE);
    private static final Term LINE = LogText.of("<4>Fault %d devid: 0x%x");
    private static final Term VALUES = LogText.of("<c> iotval: %x iotval2: %x");
    private static final Term ERROR = LogText.of("<4>Queue #%d error;");
    private static final Term WHICH = LogText.of("<c> memory fault:%d overflow:%d");

    RiscvFaultRing(Site site, RiscvDevice iommu) {
        super(site, iommu, RiscvQueue.FAULT, "fltq", WANTED);
    }

    @Override
    void handle() {
        kernel().driverRun(HANDLER, iommu().device(), () -> {
            clearPending();
            long count = available();
            while (count > 0) {
                for (long i = 0; i < count; i++) {
                    print(head().get() + i);
                }
                release(count);
                count = available();
            }
            release(0);
            errors();
        });
    }

    /** riscv_iommu_queue_consume: how many records there are; the tail is read when none is known of. */
    private long available() {
        long known = tail().get() - head().get();
        if (known > 0) {
            return known;
        }
        long now = iommu().registers().read32(RiscvQueue.FAULT.tail()) & 0xffff_ffffL;
        tail().setQuietly(tail().get() + place(now - place(tail().get())));
        return tail().get() - head().get();
    }

    /** riscv_iommu_queue_release. */
    private void release(long count) {
        head().setQuietly(head().get() + count);
        iommu().registers().write32(RiscvQueue.FAULT.head(), (int) place(head().get()));
    }

    private void print(long index) {
        long at = entryAddress(index);
        var memory = site().memory();
        var fault = new RiscvFault(
                memory.read64(at), memory.read64(at + RiscvFault.IOTVAL), memory.read64(at + RiscvFault.IOTVAL2));
        kernel().driverRun(FAULT, iommu().device(), () -> {
            if (fault.cause() != 0) {
                kernel().log().line(LINE, iommu().device(), fault.cause(), fault.did());
                kernel().log().line(VALUES, iommu().device(), fault.iotval(), fault.iotval2());
            }
        });
    }

    private void errors() {
        int control = iommu().registers().read32(RiscvQueue.FAULT.control());
        if ((control & RiscvQueue.FAULT.errors()) != 0) {
            iommu().registers().write32(RiscvQueue.FAULT.control(), control);
            kernel().log().line(ERROR, iommu().device(), RiscvQueue.FAULT.interrupt(), 0);
            kernel().log()
                    .line(
                            WHICH,
                            iommu().device(),
                            (control & RiscvLayout.QUEUE_MEMORY_FAULT) != 0 ? 1 : 0,
                            (control & RiscvLayout.FQ_OVERFLOW) != 0 ? 1 : 0);
        }
    }
}
