package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDevice;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct mtk_iommu_v1_data}: the one M4U, its one domain, the one mapping of all masters. */
final class MtkV1Data extends SimObject {
    private static final Term FLUSH_RANGE =
            Term.function("mtk_iommu_v1_tlb_flush_range", "drivers/iommu/mtk_iommu_v1.c");
    private static final Term TIMED_OUT = LogText.of("<4>Partial TLB flush timed out, falling back to full flush");

    private final Kernel kernel;
    private final IommuDevice instance;
    private final Mmio registers;
    private final LongCell protectBase;
    private final RefCell<MtkV1Domain> domain;
    private final RefCell<ArmMapping> mapping;
    private final List<MtkV1Larb> larbs;

    MtkV1Data(Kernel kernel, IommuDevice instance, Mmio registers) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.registers = registers;
        this.protectBase =
                new LongCell(this, Lane.DRIVER, Term.of("protect_base", "", Operand.HEX, Operand.HEX, Operand.NONE));
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("m4u_dom"), MtkV1Domain.class);
        this.mapping = new RefCell<>(this, Lane.DRIVER, Term.reference("mapping"), ArmMapping.class);
        this.larbs = IntStream.range(0, MtkV1Layout.LARBS)
                .mapToObj(number -> new MtkV1Larb(this, number))
                .toList();
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    Mmio registers() {
        return registers;
    }

    /** data.protect_base: where faulting accesses land. */
    LongCell protectBase() {
        return protectBase;
    }

    /** data.m4u_dom: the domain whose table the M4U walks, from the first attach on. */
    RefCell<MtkV1Domain> domain() {
        return domain;
    }

    /** data.mapping: what all masters share, made for the first of them. */
    RefCell<ArmMapping> mapping() {
        return mapping;
    }

    /** data.larb_imu. */
    List<MtkV1Larb> larbs() {
        return larbs;
    }

    /** mtk_iommu_v1_tlb_flush_range. */
    void flushRange(long iova, long bytes) {
        kernel.driverRun(FLUSH_RANGE, this, () -> {
            if (!MtkV1Flush.range(registers, iova, bytes)) {
                kernel.log().line(TIMED_OUT, device(), 0, 0);
            }
        });
    }

    /** mtk_iommu_v1_tlb_flush_all. */
    void flushAll() {
        MtkV1Flush.all(registers);
    }
}
