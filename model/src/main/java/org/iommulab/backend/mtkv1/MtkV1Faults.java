package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** mtk_iommu_v1_isr: what the driver makes of the M4U's interrupt. */
final class MtkV1Faults {
    private static final Term ISR = Term.function("mtk_iommu_v1_isr", "drivers/iommu/mtk_iommu_v1.c");
    private static final Term NO_DOMAIN = Term.reference("data.m4u_dom");
    private static final int PORTS = 16;
    private static final int LARBS = 8;
    private static final int LAST_LARB = 6;
    // Larb and port stand in the format: a line has room for three numbers. Larb 6 - 7 is what the driver would print.
    private static final List<Term> LINES = IntStream.range(0, LARBS * PORTS)
            .mapToObj(i -> LogText.of(
                    "<3>fault type=0x%h iova=0x%x pa=0x%l larb=" + (LAST_LARB - i / PORTS) + " port=" + i % PORTS))
            .toList();

    private final Kernel kernel;
    private final Faults faults;

    MtkV1Faults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    /** The interrupt handler: the hardware does not tell a write from a read, so that a read is reported. */
    void handle(MtkV1Data data) {
        kernel.driverRun(ISR, data.device(), () -> {
            int status = data.registers().read32(MtkV1Layout.FAULT_ST);
            long iova = data.registers().read32(MtkV1Layout.FAULT_VA) & 0xffff_f000L;
            int physical = data.registers().read32(MtkV1Layout.INVLD_PA);
            int id = data.registers().read32(MtkV1Layout.INT_ID);
            MtkV1Domain domain =
                    data.domain().get().orElseThrow(() -> kernel.log().nullAccess(NO_DOMAIN, data));
            if (faults.report(domain, data.device(), iova, false) != 0) {
                Term line = LINES.get((LAST_LARB - MtkV1Layout.larbOf(id)) * PORTS + MtkV1Layout.portOf(id));
                kernel.log().line(line, data.device(), LogText.pack(status, physical), iova);
            }
            int control = data.registers().read32(MtkV1Layout.INT_CONTROL);
            data.registers().write32(MtkV1Layout.INT_CONTROL, control | MtkV1Layout.INT_CLEAR);
            data.flushAll();
        });
    }
}
