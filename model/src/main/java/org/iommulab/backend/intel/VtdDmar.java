package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.bus.InitFunction;
import org.iommulab.core.IommuCore;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * dmar_table_init: what the firmware's DMAR table says is read, and each unit looked at (drivers/iommu/intel/dmar.c).
 * Where interrupts are remapped that is done before anything else; else by intel_iommu_init.
 */
final class VtdDmar extends InitFunction {
    static final String NAME = "dmar";
    private static final Term INIT = Term.function("dmar_table_init", "drivers/iommu/intel/dmar.c");
    private static final Term WIDTH = LogText.of("<6>DMAR: Host address width %d");
    private static final Term DRHD = LogText.of("<6>DMAR: DRHD base: 0x%014x flags: 0x%x");
    private static final Term UNIT = LogText.of("<6>DMAR: %o: reg_base_addr %x");
    private static final Term VERSION = LogText.of("<c> ver %d:%d");
    private static final Term CAPS = LogText.of("<c> cap %x ecap %x");
    private static final Term RMRR = LogText.of("<6>DMAR: RMRR base: 0x%014x end: 0x%014x");
    private static final Term IO_APIC = LogText.of("<6>DMAR-IR: IOAPIC id %d under DRHD base  0x%x");
    private static final Term IO_APIC_UNIT = LogText.of("<c> IOMMU %d");
    private static final Term REMAPPING = LogText.of("<6>DMAR-IR: Enabled IRQ remapping in xapic mode");

    private final Kernel kernel;
    private final IommuCore core;
    private final VtdScopes scopes;
    private final VtdReserved reserved;
    private final VtdOptions options;
    private final int hostWidth;
    private final FlagCell done;

    /** @param hostWidth bits of a physical address, as the table says */
    VtdDmar(Site site, VtdScopes scopes, VtdReserved reserved, VtdOptions options, int hostWidth) {
        super(site.kernel().machine(), NAME, INIT);
        this.kernel = site.kernel();
        this.core = site.core();
        this.scopes = scopes;
        this.reserved = reserved;
        this.options = options;
        this.hostWidth = hostWidth;
        this.done = new FlagCell(kernel, Lane.DRIVER, Term.flag("dmar_table_initialized"));
    }

    @Override
    public long run() {
        read();
        for (VtdInstance iommu : scopes.iommus()) {
            int ioApic = iommu.wired().ioApic();
            if (ioApic >= 0 && iommu.caps().interruptRemapping() && options.remapsInterrupts()) {
                kernel.log().line(IO_APIC, kernel, ioApic, iommu.wired().address());
                kernel.log().line(IO_APIC_UNIT, kernel, iommu.index(), 0);
                kernel.log().line(REMAPPING, kernel, 0, 0);
                core.msi().setRemapped(true);
            }
        }
        return 0;
    }

    /** What the command line says, then parse_dmar_table; once. */
    void read() {
        if (done.get()) {
            return;
        }
        done.set(true);
        options.announce();
        if (options.strict()) {
            core.setDmaStrict();
        }
        kernel.log().line(WIDTH, kernel, hostWidth, 0);
        for (VtdInstance iommu : scopes.iommus()) {
            iommu.device().present().set(true);
            long base = iommu.wired().address();
            kernel.log().line(DRHD, kernel, base, iommu.wired().flags());
            iommu.readCaps(options.scalable());
            int version = iommu.registers().read32(VtdLayout.VER);
            kernel.log().line(UNIT, kernel, iommu.device().id(), base);
            kernel.log().line(VERSION, kernel, version >>> 4 & 15, version & 15);
            kernel.log().line(CAPS, kernel, iommu.caps().cap(), iommu.caps().ecap());
        }
        for (VtdReserved.Rmrr rmrr : reserved.memory()) {
            kernel.log().line(RMRR, kernel, rmrr.first(), rmrr.last());
        }
    }
}
