package org.iommulab.backend.intel;

import org.iommulab.backend.Site;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/**
 * A crash kernel takes the crashed one's translation over, so that DMA that nobody has stopped goes on to where it went
 * (drivers/iommu/intel/iommu.c: init_translation_status, copy_translation_tables). Page tables stay where they are, in
 * the crashed kernel's memory; root and context tables are copied. Only legacy mode: nothing in the lab leaves a unit in
 * scalable mode.
 */
final class VtdCopiedTables {
    private static final String FILE = "drivers/iommu/intel/iommu.c";
    private static final Term COPY = Term.function("copy_translation_tables", FILE);
    private static final Term TABLE = Term.hex("context table, copied");
    private static final Term NOT_KDUMP =
            LogText.of("<4>DMAR: Translation was enabled for %o but we are not in kdump mode");
    private static final Term TRYING =
            LogText.of("<6>DMAR: Translation already enabled - trying to copy translation structures");
    private static final Term FAILED =
            LogText.of("<3>DMAR: Failed to copy translation tables from previous kernel for %o");
    private static final Term COPIED = LogText.of("<6>DMAR: Copied translation tables from previous kernel for %o");
    private static final int BUSES = 256;
    private static final int FUNCTIONS = 256;

    private final Kernel kernel;
    private final Site site;

    VtdCopiedTables(Site site) {
        this.kernel = site.kernel();
        this.site = site;
    }

    /** init_translation_status; a unit that is on for no good reason is switched off. */
    void look(VtdInstance iommu) {
        int status = iommu.registers().read32(VtdLayout.GSTS);
        iommu.preEnabled().set((status >>> VtdLayout.TE & 1) != 0);
        if (iommu.preEnabled().get() && !kernel.isKdump()) {
            giveUp(iommu);
            kernel.log().line(NOT_KDUMP, kernel, iommu.device().id(), 0);
        }
    }

    private static void giveUp(VtdInstance iommu) {
        iommu.command(VtdLayout.TE, false);
        iommu.preEnabled().set(false);
    }

    /** The rest, once there is a root table. */
    void takeOver(VtdInstance iommu) {
        if (!iommu.preEnabled().get()) {
            return;
        }
        kernel.log().line(TRYING, kernel, 0, 0);
        boolean[] done = new boolean[1];
        kernel.driverRun(COPY, iommu.device(), () -> done[0] = copy(iommu));
        kernel.log().line(done[0] ? COPIED : FAILED, kernel, iommu.device().id(), 0);
        if (!done[0]) {
            giveUp(iommu);
        }
    }

    private boolean copy(VtdInstance iommu) {
        long register = iommu.registers().read64(VtdLayout.RTADDR);
        long old = register & VtdLayout.ADDRESS;
        if ((register & VtdLayout.SMT) != 0 || iommu.scalable() || old == 0) {
            return false;
        }
        iommu.contexts().startCopying();
        for (int bus = 0; bus < BUSES; bus++) {
            long entry = site.memory().read64(old + bus * 16L);
            if ((entry & 1) != 0) {
                copyBus(iommu, bus, entry & VtdLayout.ADDRESS);
            }
        }
        return true;
    }

    // copy_context_table
    private void copyBus(VtdInstance iommu, int bus, long old) {
        for (int function = 0; function < FUNCTIONS; function++) {
            int source = bus << 8 | function;
            VtdContext context = iommu.contexts().read(old + (long) function * VtdContext.BYTES);
            if (context.present()) {
                if (context.domain() < iommu.caps().domains()) {
                    iommu.ids().take(context.domain());
                }
                iommu.contexts().copied(source, context);
            }
        }
        kernel.machine().emit(EventKind.MEMORY, Lane.DRIVER, TABLE, iommu.device(), old, bus);
    }
}
