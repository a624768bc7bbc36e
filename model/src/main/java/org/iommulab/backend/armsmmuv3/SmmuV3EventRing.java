package org.iommulab.backend.armsmmuv3;

import org.iommulab.backend.Site;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/**
 * arm_smmu_evtq_thread and arm_smmu_gerror_handler: reads what the unit has to tell and prints it. The kernel prints at
 * most ten events in five seconds; the lab prints all.
 */
final class SmmuV3EventRing {
    private static final String FILE = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    /** EVTQ_MAX_SZ_SHIFT with pages of 4 KiB: a ring is at most 1 MiB. */
    private static final int MOST_BITS = 15;

    private static final Term THREAD = Term.function("arm_smmu_evtq_thread", FILE);
    private static final Term HANDLE = Term.function("arm_smmu_handle_evt", FILE);
    private static final Term REPORT = Term.function("iommu_report_device_fault", "drivers/iommu/iommu.c");
    private static final Term GERROR = Term.function("arm_smmu_gerror_handler", FILE);
    private static final Term ALLOCATED = LogText.of("<6>allocated %d entries for evtq");
    private static final Term RECEIVED = LogText.of("<6>event 0x%02x received:");
    private static final Term WORD = LogText.of("<6>\t0x%016x");
    private static final Term OVERFLOW = LogText.of("<3>EVTQ overflow detected -- events lost");
    private static final Term UNEXPECTED =
            LogText.of("<4>unexpected global error reported (0x%08x), this could be serious");
    private static final Term WRITE_ABORTED = LogText.of("<3>EVTQ write aborted -- events may have been lost");

    private final Site site;
    private final Kernel kernel;
    private final SmmuV3Device smmu;
    private final LongCell ring;
    private final LongCell bits;
    private final LongCell producer;
    private final LongCell consumer;

    SmmuV3EventRing(Site site, SmmuV3Device smmu) {
        this.site = site;
        this.kernel = site.kernel();
        this.smmu = smmu;
        this.ring = new LongCell(smmu.device(), Lane.DRIVER, Term.hex("evtq.base_dma"));
        this.bits = new LongCell(smmu.device(), Lane.DRIVER, Term.count("evtq.max_n_shift"));
        this.producer = new LongCell(smmu.device(), Lane.DRIVER, Term.hex("evtq.llq.prod"));
        this.consumer = new LongCell(smmu.device(), Lane.DRIVER, Term.hex("evtq.llq.cons"));
    }

    /** arm_smmu_init_one_queue. */
    void allocate() {
        int log2 = Math.min(MOST_BITS, smmu.idr().eventQueueBits());
        int bytes = SmmuV3Event.BYTES << log2;
        bits.setQuietly(log2);
        ring.set(site.frames().allocate(bytes, bytes));
        site.memory().clear(ring.get(), bytes);
        kernel.log().line(ALLOCATED, smmu.device(), 1L << log2, 0);
    }

    private int log2() {
        return (int) bits.get();
    }

    /** What the registers are told before the unit may write events. */
    void writeRegisters() {
        smmu.registers().write64(SmmuV3Layout.EVTQ_BASE, SmmuV3Layout.ALLOCATE_HINT | ring.get() | bits.get());
        smmu.registers().write32(SmmuV3Layout.EVTQ_PROD, (int) producer.get());
        smmu.registers().write32(SmmuV3Layout.EVTQ_CONS, (int) consumer.get());
    }

    // ---- events

    /** arm_smmu_evtq_thread. The producer is read from the register only when all that was known of is done. */
    void handle() {
        kernel.driverRun(THREAD, smmu.device(), () -> {
            do {
                while (!isEmpty()) {
                    print(take());
                }
                if (syncProducer()) {
                    kernel.log().line(OVERFLOW, smmu.device(), 0, 0);
                }
            } while (!isEmpty());
            if (((producer.get() ^ consumer.get()) & SmmuV3Layout.QUEUE_OVERFLOW) != 0) {
                consumer.setQuietly(producer.get() & SmmuV3Layout.QUEUE_OVERFLOW
                        | SmmuV3Layout.place((int) consumer.get(), log2()));
                smmu.registers().write32(SmmuV3Layout.EVTQ_CONS, (int) consumer.get());
            }
        });
    }

    private boolean isEmpty() {
        return SmmuV3Layout.isEmpty((int) producer.get(), (int) consumer.get(), log2());
    }

    /** queue_sync_prod_in: whether events were lost. */
    private boolean syncProducer() {
        int now = smmu.registers().read32(SmmuV3Layout.EVTQ_PROD);
        boolean lost = ((now ^ producer.get()) & SmmuV3Layout.QUEUE_OVERFLOW) != 0;
        producer.setQuietly(now & 0xffff_ffffL);
        return lost;
    }

    private SmmuV3Event take() {
        int position = (int) consumer.get();
        long at = ring.get() + (long) SmmuV3Layout.index(position, log2()) * SmmuV3Event.BYTES;
        var memory = site.memory();
        var event = new SmmuV3Event(
                memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
        consumer.setQuietly(SmmuV3Layout.next(position, log2()) & 0xffff_ffffL);
        smmu.registers().write32(SmmuV3Layout.EVTQ_CONS, (int) consumer.get());
        return event;
    }

    private void print(SmmuV3Event event) {
        if (kernel.driverCall(HANDLE, smmu.device(), () -> handle(event)) == 0) {
            return;
        }
        kernel.log().line(RECEIVED, smmu.device(), event.number(), 0);
        for (int i = 0; i < 4; i++) {
            kernel.log().line(WORD, smmu.device(), event.word(i), 0);
        }
    }

    /**
     * arm_smmu_handle_evt: from 6.12 on only accesses that wait are reported; up to 6.7 whoever wants to hear of a device's
     * faults is asked, and nobody does.
     */
    private long handle(SmmuV3Event event) {
        boolean translation = event.type()
                .filter(type -> type.number() >= SmmuV3Event.Type.F_TRANSLATION.number()
                        && type.number() <= SmmuV3Event.Type.F_PERMISSION.number())
                .isPresent();
        if (!translation || kernel.since(Version.V6_12) && !event.stalled()) {
            return Errno.EOPNOTSUPP.negative();
        }
        if (kernel.since(Version.V6_12)) {
            return smmu.masterOf(event.sid())
                    .map(master -> site.core().pageFaults().report(master.device(), SmmuV3Faults.request(event)))
                    .orElse((long) Errno.EINVAL.negative());
        }
        return event.stageTwo() ? Errno.EFAULT.negative() : nobodyCares(event);
    }

    private long nobodyCares(SmmuV3Event event) {
        return smmu.masterOf(event.sid())
                .map(master -> {
                    long error = kernel.call(REPORT, master.device(), Errno.EINVAL::negative);
                    if (event.stalled()) {
                        smmu.commands()
                                .issue(SmmuV3Command.resume(
                                        master.streams().getFirst(), event.stallTag(), SmmuV3Command.Answer.ABORT));
                    }
                    return error;
                })
                .orElse((long) Errno.EINVAL.negative());
    }

    // ---- global errors

    /** arm_smmu_gerror_handler. */
    void handleError() {
        kernel.driverRun(GERROR, smmu.device(), () -> {
            int error = smmu.registers().read32(SmmuV3Layout.GERROR);
            int active = error ^ smmu.registers().read32(SmmuV3Layout.GERRORN);
            if ((active & SmmuV3Layout.ERRORS) == 0) {
                return;
            }
            kernel.log().line(UNEXPECTED, smmu.device(), active & 0xffff_ffffL, 0);
            if ((active & SmmuV3Layout.EVTQ_ABT_ERR) != 0) {
                kernel.log().line(WRITE_ABORTED, smmu.device(), 0, 0);
            }
            if ((active & SmmuV3Layout.CMDQ_ERR) != 0) {
                smmu.commands().skipError();
            }
            smmu.registers().write32(SmmuV3Layout.GERRORN, error);
        });
    }
}
