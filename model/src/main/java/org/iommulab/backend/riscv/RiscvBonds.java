package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * Which devices are bound to a domain, and with that which units have to forget its translations: riscv_iommu_bond_link,
 * riscv_iommu_bond_unlink, riscv_iommu_iotlb_inval.
 */
final class RiscvBonds {
    private static final Term LINK = Term.function("riscv_iommu_bond_link", RiscvDevice.FILE);
    private static final Term UNLINK = Term.function("riscv_iommu_bond_unlink", RiscvDevice.FILE);
    private static final Term INVALIDATE = Term.function("riscv_iommu_iotlb_inval", RiscvDevice.FILE);
    /** RISCV_IOMMU_IOTLB_INVAL_LIMIT: from so many bytes on everything is forgotten. */
    private static final long LIMIT = 2 << 20;

    private final Kernel kernel;
    private final RiscvDomain domain;

    RiscvBonds(Kernel kernel, RiscvDomain domain) {
        this.kernel = kernel;
        this.domain = domain;
    }

    void link(RiscvInfo info) {
        kernel.driverRun(LINK, info.device(), () -> domain.bonds().add(info));
    }

    /** The last device of a unit to go takes the domain's translations with it. */
    void unlink(RiscvInfo info) {
        kernel.driverRun(UNLINK, info.device(), () -> {
            domain.bonds().remove(info);
            boolean others =
                    domain.bonds().toList().stream().anyMatch(other -> other != info && other.iommu() == info.iommu());
            if (!others) {
                info.iommu().commands().send(RiscvCommand.forget(domain.pscid()));
                info.iommu().commands().sync();
            }
        });
    }

    /** Everything of the domain. */
    void forgetAll() {
        forget(0, -1);
    }

    /** @param last the last byte */
    void forget(long first, long last) {
        kernel.driverRun(INVALIDATE, domain, () -> {
            List<RiscvDevice> units = domain.units();
            for (RiscvDevice unit : units) {
                send(unit.commands(), first, last);
            }
            units.forEach(unit -> unit.commands().sync());
        });
    }

    private void send(RiscvCommandRing commands, long first, long last) {
        RiscvCommand all = RiscvCommand.forget(domain.pscid());
        long bytes = last - first + 1;
        if (bytes == 0 || Long.compareUnsigned(bytes, LIMIT) >= 0) {
            commands.send(all);
            return;
        }
        for (long iova = first; Long.compareUnsigned(iova, last) < 0; iova += RiscvFormat.SMALL_PAGE) {
            commands.send(all.at(iova));
        }
    }
}
