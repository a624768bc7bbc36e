package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/**
 * {@code struct q_inval}: the invalidation queue as the driver fills it, and its status words
 * (drivers/iommu/intel/dmar.c: dmar_enable_qi, qi_submit_sync). Each submission ends with a wait, and is waited for.
 */
final class VtdQi {
    private static final String FILE = "drivers/iommu/intel/dmar.c";
    private static final Term SUBMIT = Term.function("qi_submit_sync", FILE);
    /** QI_LENGTH. */
    private static final int LENGTH = 256;

    private static final int STATUS_BYTES = 4;
    private static final Term QUEUE_ERROR = LogText.of("<3>DMAR: VT-d detected Invalidation Queue Error: Reason %x");
    private static final Term CLEARED = LogText.of("<6>DMAR: Invalidation Queue Error (IQE) cleared");
    private static final Term HEAD = LogText.of("<3>DMAR: QI HEAD: qw0 = 0x%x, qw1 = 0x%x");

    private final Site site;
    private final Device device;
    private final Mmio registers;
    private final LongCell queue;
    private final LongCell status;
    private final LongCell head;
    private final LongCell shift;

    VtdQi(Site site, Device device, Mmio registers) {
        this.site = site;
        this.device = device;
        this.registers = registers;
        this.queue = new LongCell(device, Lane.DRIVER, Term.hex("qi.desc"));
        this.status = new LongCell(device, Lane.DRIVER, Term.hex("qi.desc_status"));
        this.head = new LongCell(device, Lane.DRIVER, Term.count("qi.free_head"));
        this.shift = new LongCell(device, Lane.DRIVER, Term.count("qi_shift"));
    }

    /** Whether it is in use: {@code iommu->qi}. */
    boolean enabled() {
        return queue.isSet();
    }

    /** dmar_enable_qi: descriptors of 256 bits where the unit has scalable mode, used or not. */
    void enable(VtdInstance iommu) {
        boolean wide = iommu.caps().scalableMode();
        int bytes = wide ? 2 * VtdLayout.PAGE : VtdLayout.PAGE;
        queue.set(site.frames().allocate(bytes, bytes));
        site.memory().clear(queue.get(), bytes);
        status.set(site.frames().allocate(VtdLayout.PAGE, VtdLayout.PAGE));
        site.memory().clear(status.get(), VtdLayout.PAGE);
        shift.setQuietly(VtdLayout.DESCRIPTOR_SHIFT + (wide ? 1 : 0));
        head.setQuietly(0);
        registers.write32(VtdLayout.IQT, 0);
        registers.write64(VtdLayout.IQA, queue.get() | (wide ? VtdLayout.WIDE_DESCRIPTORS | 1 : 0));
        iommu.command(VtdLayout.QIE, true);
    }

    private long at(int index) {
        return queue.get() + ((long) index << shift.get());
    }

    private void put(int index, VtdDescriptor descriptor) {
        site.memory().clear(at(index), 1 << shift.get());
        site.memory().write64(at(index), descriptor.low());
        site.memory().write64(at(index) + 8, descriptor.high());
        String name = descriptor.type().name();
        emit(name, at(index), descriptor.low());
        if (descriptor.type() != VtdDescriptor.Type.WAIT && descriptor.high() != 0) {
            emit(name + ", upper half", at(index) + 8, descriptor.high());
        }
    }

    private void emit(String name, long at, long value) {
        site.kernel().machine().emit(EventKind.DATA, Lane.DRIVER, Term.hex(name), device, at, value);
    }

    /** qi_submit_sync: 0, or -EINVAL when the unit stumbles over a descriptor. */
    long submit(VtdDescriptor descriptor) {
        return site.kernel().driverCall(SUBMIT, device, () -> {
            int index = (int) head.get();
            int wait = (index + 1) % LENGTH;
            long word = status.get() + (long) wait * STATUS_BYTES;
            site.memory().write32(word, 0);
            put(index, descriptor);
            put(wait, VtdDescriptor.waiting(word));
            head.setQuietly((wait + 1) % LENGTH);
            registers.write32(VtdLayout.IQT, (int) (head.get() << shift.get()));
            return site.memory().read32(word) == VtdDescriptor.DONE ? 0 : checkFault();
        });
    }

    /** qi_check_fault and qi_dump_fault, as far as the lab's unit has errors: the queue goes on behind the bad one. */
    private long checkFault() {
        int fault = registers.read32(VtdLayout.FSTS);
        if ((fault >>> VtdLayout.IQE & 1) == 0) {
            return Errno.EINVAL.negative();
        }
        int at = registers.read32(VtdLayout.IQH);
        long bad = queue.get() + at;
        site.kernel().log().line(QUEUE_ERROR, site.kernel(), registers.read64(VtdLayout.IQER) & 0xf, 0);
        site.kernel()
                .log()
                .line(
                        HEAD,
                        site.kernel(),
                        site.memory().read64(bad),
                        site.memory().read64(bad + 8));
        // the bad descriptor is overwritten by a wait
        long word = status.get() + (long) ((head.get() + LENGTH - 1) % LENGTH) * STATUS_BYTES;
        put(at >>> (int) shift.get(), VtdDescriptor.waiting(word));
        registers.write32(VtdLayout.FSTS, 1 << VtdLayout.IQE);
        site.kernel().log().line(CLEARED, site.kernel(), 0, 0);
        return Errno.EINVAL.negative();
    }
}
