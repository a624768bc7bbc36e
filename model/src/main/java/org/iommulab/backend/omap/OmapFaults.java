package org.iommulab.backend.omap;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.core.Faults;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.Term;

/** iommu_fault_handler: what the driver makes of an IOMMU's interrupt. */
final class OmapFaults {
    private static final Term IRQ = Term.function("iommu_fault_handler", "drivers/iommu/omap-iommu.c");
    private static final Term DOMAIN = Term.reference("oiommu.domain");
    // The causes stand in the format: a line has room for three numbers. Pointers are printed as a 32-bit kernel prints
    // them before it has a key to hash them with.
    private static final List<Term> WITHOUT_TABLE = lines("pgd:0x(ptrval) *pgd:px%08x", "%08x");
    private static final List<Term> WITH_TABLE = lines("pgd:0x(ptrval) *pgd:0x%08l pte:0x(ptrval) *pte:0x%08x", "%08h");
    private static final OmapFormat FORMAT = new OmapFormat();

    private final Kernel kernel;
    private final Faults faults;

    OmapFaults(Kernel kernel, Faults faults) {
        this.kernel = kernel;
        this.faults = faults;
    }

    private static List<Term> lines(String entries, String address) {
        return IntStream.rangeClosed(0, OmapLayout.IRQ_ALL)
                .mapToObj(errs ->
                        LogText.of("<3>%%n: errs:0x%s da:0x%s %s".formatted("%08x".formatted(errs), address, entries)))
                .toList();
    }

    /**
     * The interrupt handler. It acknowledges first, which lets the access try again; then the fault handler is told the
     * IOMMU's device, not the master, and always a read. When nobody takes the fault, the IOMMU's interrupts are off until
     * it is enabled again.
     */
    void handle(OmapIommu iommu) {
        kernel.driverRun(IRQ, iommu.device(), () -> {
            var domain = (OmapDomain)
                    iommu.domain().get().orElseThrow(() -> kernel.log().nullAccess(DOMAIN, iommu));
            if (domain.device().isNull()) {
                return;
            }
            var registers = iommu.registers().registers();
            int causes = registers.read32(OmapLayout.IRQSTATUS) & OmapLayout.IRQ_ALL;
            if (causes == 0) {
                return;
            }
            long iova = registers.read32(OmapLayout.FAULT_AD) & 0xffff_ffffL;
            registers.write32(OmapLayout.IRQSTATUS, causes);
            if (faults.report(domain, iommu.device(), iova, false) != 0) {
                registers.write32(OmapLayout.IRQENABLE, 0);
                print(iommu, causes, iova);
            }
        });
    }

    private void print(OmapIommu iommu, int causes, long iova) {
        long above = iommu.entry(0, iova).orElse(0L);
        if (FORMAT.kind(0, above) == Kind.TABLE) {
            long entry = iommu.entry(1, iova).orElse(0L);
            kernel.log().line(WITH_TABLE.get(causes), iommu.device(), LogText.pack((int) iova, (int) above), entry);
        } else {
            kernel.log().line(WITHOUT_TABLE.get(causes), iommu.device(), iova, above);
        }
    }
}
