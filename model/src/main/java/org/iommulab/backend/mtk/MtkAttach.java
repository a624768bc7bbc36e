package org.iommulab.backend.mtk;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.ShortIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.backend.mtk.MtkLayout.Register;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** How a device gets a domain and loses it: mtk_iommu_attach_device and what belongs to it. */
final class MtkAttach {
    private static final String FILE = "drivers/iommu/mtk_iommu.c";
    private static final long MASK_34_BIT = (1L << 34) - 1;
    private static final Term FINALISE = Term.function("mtk_iommu_domain_finalise", FILE);
    private static final Term CONFIG = Term.function("mtk_iommu_config", FILE);
    private static final Term SHARED_FREED = Term.reference("share_dom, freed");
    private static final Term NO_REGION = LogText.of("<3>Can NOT find the region for larb(%d-%x).");

    private final Site site;
    private final Kernel kernel;
    private final MtkFaults faults;

    MtkAttach(Site site) {
        this.site = site;
        this.kernel = site.kernel();
        this.faults = new MtkFaults(kernel, site.core().faults());
    }

    List<MtkRegion> regions(MtkData data) {
        return MtkRegion.of(data.soc(), kernel.since(Version.V6_4));
    }

    /**
     * mtk_iommu_get_iova_region_id: a number or -EINVAL. From v6.4 on the master's ports decide. Before, its {@code
     * dma-ranges} did, which since v6.1 a device's own node may not have any more (f1ad5338a4d5): all are in the first.
     */
    long regionOf(MtkMaster master) {
        if (!kernel.since(Version.V6_4)) {
            return 0;
        }
        MtkSoc soc = master.data().soc();
        Optional<Integer> region = soc.regionOf(master.larb(), master.ports());
        if (region.isEmpty()) {
            kernel.log().line(NO_REGION, master.device(), master.larb(), master.ports() & 0xffff_ffffL);
            return Errno.EINVAL.negative();
        }
        return region.get();
    }

    /** mtk_iommu_attach_device. */
    long attach(MtkDomain domain, MtkMaster master) {
        long region = regionOf(master);
        if (region < 0) {
            return region;
        }
        MtkData data = master.data();
        MtkBankData bank = master.bank();
        MtkRegion window = regions(data).get((int) region);
        domain.mutex().run(() -> {
            if (domain.bank().isNull()) {
                MtkData first = data.hwList().getFirst();
                first.mutex().run(() -> kernel.driverRun(FINALISE, domain, () -> finalise(domain, first, window)));
                domain.bank().set(bank);
            }
        });
        data.mutex().run(() -> {
            if (bank.domain().isNull()) {
                data.device().power().get(kernel);
                MtkInit.run(kernel, data, bank, faults);
                bank.domain().set(domain);
                bank.write(Register.PT_BASE_ADDR, domain.ttbr());
                data.device().power().put(kernel);
            }
        });
        if (region > 0 && kernel.since(Version.V6_4)) {
            master.device().dmaMask().set(MASK_34_BIT);
        }
        return configure(master, true, (int) region);
    }

    /**
     * mtk_iommu_domain_finalise: a table is made for the first domain only; others are windows into it, whoever attaches
     * them. Up to v6.5 the first domain is the one in the first bank of the first M4U, from v6.6 on it is remembered.
     */
    private void finalise(MtkDomain domain, MtkData first, MtkRegion window) {
        // v6.6 did it, and v6.7 is the first release after it that the lab has
        boolean remembered = kernel.since(Version.V6_7);
        Optional<MtkDomain> known =
                remembered ? first.shareDomain().get() : first.bank(0).domain().get();
        if (known.isPresent()) {
            if (known.get().freed().get()) {
                kernel.machine()
                        .useAfterFree(
                                Lane.DRIVER, SHARED_FREED, domain, known.get().id());
            }
            domain.pgtable().set(known.get().pgtable().get());
        } else {
            var tables = new ShortIoPgtable(
                    site, domain, first.soc().driverTables(first.enable4Gb()), IoPgtable.FlushOps.NONE);
            domain.pgtable().set(tables);
            if (remembered) {
                first.shareDomain().set(domain);
            }
        }
        domain.setWindow(window);
    }

    /** mtk_iommu_detach_device, up to where it is. */
    void detach(Device device) {
        MtkMaster.of(device).ifPresent(master -> configure(master, false, 0));
    }

    /** mtk_iommu_identity_attach, from v6.7 on: what detach was; nothing for a device without a domain. */
    long attachIdentity(IommuDomain identity, Device device) {
        boolean other = Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(domain -> domain != identity)
                .isPresent();
        if (other) {
            detach(device);
        }
        return 0;
    }

    /**
     * mtk_iommu_config: behind larbs only a note is made, which the larb's driver turns into register writes when the
     * larb wakes next. The infrastructure's ports are switched at once.
     */
    private long configure(MtkMaster master, boolean enable, int region) {
        return kernel.driverCall(CONFIG, master.device(), () -> {
            MtkData data = master.data();
            if (data.soc().has(Flag.INFRA)) {
                int before = data.pericfg().read32(MtkLayout.PERICFG_IOMMU_1);
                int after = enable ? before | master.ports() : before & ~master.ports();
                if (after != before) {
                    data.pericfg().write32(MtkLayout.PERICFG_IOMMU_1, after);
                }
            } else {
                int upper = regions(data).get(region).upper();
                data.larb(master.larb()).orElseThrow().configure(master.ports(), enable, upper);
            }
            return 0;
        });
    }
}
