package org.iommulab.backend.riscv;

import java.util.List;
import java.util.OptionalLong;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** The driver's side of the device directory: riscv_iommu_get_dc and riscv_iommu_iodir_update. */
final class RiscvDirectory {
    private static final Term UPDATE = Term.function("riscv_iommu_iodir_update", RiscvDevice.FILE);
    private static final Term PAGE = TableEvents.tableTerm("device directory page");
    private static final Term ENTRY = Term.hex("device directory");
    private static final Term TC = Term.hex("device context, tc");
    private static final Term FSC = Term.hex("device context, fsc");
    private static final Term TA = Term.hex("device context, ta");

    private final Site site;
    private final RiscvDevice iommu;

    RiscvDirectory(Site site, RiscvDevice iommu) {
        this.site = site;
        this.iommu = iommu;
    }

    /** A page for it, zeroed; pages go back with the unit only. */
    long newPage() {
        long page = site.frames().allocate(RiscvLayout.PAGE, RiscvLayout.PAGE);
        site.memory().clear(page, RiscvLayout.PAGE);
        site.kernel().machine().emit(EventKind.MEMORY, Lane.DRIVER, PAGE, iommu.device(), page, RiscvLayout.PAGE);
        return page;
    }

    /**
     * riscv_iommu_get_dc: where the context of an id is; pages on the way are made. Empty for an id that the directory
     * does not reach.
     */
    OptionalLong context(int id) {
        var ddt = new RiscvDdt(iommu.caps().extended());
        int levels = iommu.levels();
        if (levels == 0 || !ddt.reaches(levels, id)) {
            return OptionalLong.empty();
        }
        long page = iommu.root().get();
        for (int level = levels - 1; level > 0; level--) {
            long at = page + ddt.offset(level, id);
            long entry = site.memory().read64(at);
            if ((entry & RiscvDdt.V) == 0) {
                entry = RiscvDdt.entry(newPage());
                write(ENTRY, at, entry);
            }
            page = RiscvLayout.address(entry);
        }
        return OptionalLong.of(page + ddt.offset(0, id));
    }

    long tc(long context) {
        return site.memory().read64(context + RiscvDc.TC);
    }

    void setTc(long context, long tc) {
        write(TC, context + RiscvDc.TC, tc);
    }

    private void write(Term term, long at, long value) {
        site.memory().write64(at, value);
        site.kernel().machine().emit(EventKind.TABLE_WRITE, Lane.DRIVER, term, iommu.device(), at, value);
    }

    /**
     * riscv_iommu_iodir_update: what is valid is made invalid and forgotten first; between that and the end the device's
     * accesses fault.
     *
     * @param valid whether accesses may pass at all afterwards
     */
    void update(List<Integer> ids, long fsc, long ta, boolean valid) {
        site.kernel().driverRun(UPDATE, iommu.device(), () -> {
            boolean sync = false;
            for (int id : ids) {
                long context = context(id).orElseThrow();
                long tc = tc(context);
                if ((tc & RiscvDc.V) != 0) {
                    setTc(context, tc & ~RiscvDc.V);
                    iommu.commands().send(RiscvCommand.forgetContext(id));
                    sync = true;
                }
            }
            if (sync) {
                iommu.commands().sync();
            }
            for (int id : ids) {
                long context = context(id).orElseThrow();
                long tc = tc(context) | (valid ? RiscvDc.V : 0);
                write(FSC, context + RiscvDc.FSC, fsc);
                write(TA, context + RiscvDc.TA, ta);
                setTc(context, tc);
                iommu.commands().send(RiscvCommand.forgetContext(id));
            }
            iommu.commands().sync();
        });
    }
}
