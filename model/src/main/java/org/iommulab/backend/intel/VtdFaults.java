package org.iommulab.backend.intel;

import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** dmar_fault: reads the fault records and prints what is in them (drivers/iommu/intel/dmar.c). */
final class VtdFaults {
    private static final Term HANDLER = Term.function("dmar_fault", "drivers/iommu/intel/dmar.c");
    private static final Term STATUS = LogText.of("<3>DMAR: DRHD: handling fault status reg %x");

    private final Kernel kernel;

    VtdFaults(Kernel kernel) {
        this.kernel = kernel;
    }

    // Printing is rate limited; the lab's faults are too far from each other for that.
    void handle(VtdInstance iommu) {
        kernel.driverRun(HANDLER, iommu.device(), () -> {
            int status = iommu.registers().read32(VtdLayout.FSTS);
            if (status != 0) {
                kernel.log().line(STATUS, kernel, status & 0xffff_ffffL, 0);
            }
            if ((status >>> VtdLayout.PPF & 1) != 0) {
                records(iommu, status >>> VtdLayout.FRI & 0xff);
                int done = 1 << VtdLayout.PFO | 1 << VtdLayout.PPF | 1 << VtdLayout.PRO;
                iommu.registers().write32(VtdLayout.FSTS, done);
            }
        });
    }

    private void records(VtdInstance iommu, int first) {
        int index = first;
        int at = record(iommu, index);
        int top = iommu.registers().read32(at + 12);
        while (top < 0) { // F is the highest bit
            int source = iommu.registers().read32(at + 8);
            long address = iommu.registers().read64(at);
            iommu.registers().write32(at + 12, 1 << 31);
            print(VtdFault.of(address, (long) top << 32 | source & 0xffff_ffffL));
            index = (index + 1) % iommu.caps().faultRecords();
            at = record(iommu, index);
            top = iommu.registers().read32(at + 12);
        }
    }

    private static int record(VtdInstance iommu, int index) {
        return iommu.caps().faultRecordOffset() + index * VtdLayout.FAULT_RECORD;
    }

    /** dmar_fault_do_one. */
    private void print(VtdFault fault) {
        String text = "<3>DMAR: [DMA %s %s] Request device [%s] fault addr 0x%%x [fault reason 0x%%02x] %s"
                .formatted(
                        fault.write() ? "Write" : "Read",
                        fault.pasid() == VtdFault.NO_PASID
                                ? "NO_PASID"
                                : "PASID 0x" + Integer.toHexString(fault.pasid()),
                        VtdFault.deviceName(fault.source()),
                        VtdReason.of(fault.reason()).map(VtdReason::text).orElse("Unknown"));
        kernel.log().line(LogText.of(text), kernel, fault.address(), fault.reason());
    }
}
