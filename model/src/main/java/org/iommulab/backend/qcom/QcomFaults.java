package org.iommulab.backend.qcom;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** qcom_iommu_fault: what the driver makes of a bank's interrupt. */
final class QcomFaults {
    private static final int BANKS = 64;
    private static final Term FAULT = Term.function("qcom_iommu_fault", "drivers/iommu/arm/arm-smmu/qcom_iommu.c");
    // The bank stands in the format: a line has room for three numbers.
    private static final List<Term> UNHANDLED = IntStream.range(0, BANKS)
            .mapToObj(bank -> LogText.of("<3>Unhandled context fault: fsr=0x%h, iova=0x%016x, fsynr=0x%l, cb=" + bank))
            .toList();

    private final Kernel kernel;
    private final Faults faults;

    QcomFaults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    /**
     * The interrupt handler. The fault handler is told the bank's device, not the master, and always a read; whatever it
     * answers, the stalled access is terminated.
     */
    void handle(QcomContext bank) {
        kernel.driverRun(FAULT, bank.device(), () -> {
            int status = bank.read(QcomLayout.Register.FSR);
            if ((status & QcomLayout.FSR_FAULT) == 0) {
                return;
            }
            int syndrome = bank.read(QcomLayout.Register.FSYNR0);
            long iova = bank.readFaultAddress();
            long answer = bank.domain()
                    .get()
                    .map(domain -> faults.report(domain, bank.device(), iova, false))
                    .orElse((long) Errno.ENOSYS.negative());
            if (answer != 0) {
                kernel.log().line(UNHANDLED.get(bank.asid()), bank.device(), LogText.pack(status, syndrome), iova);
            }
            bank.write(QcomLayout.Register.FSR, status);
            bank.write(QcomLayout.Register.RESUME, QcomLayout.RESUME_TERMINATE);
        });
    }
}
