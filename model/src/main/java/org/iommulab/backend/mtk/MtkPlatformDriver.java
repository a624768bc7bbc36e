package org.iommulab.backend.mtk;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** The driver of the M4Us themselves (mtk_iommu_probe), with the one of their larbs. */
final class MtkPlatformDriver extends Driver {
    static final String NAME = "mtk-iommu";
    private static final Term BIND = Term.function("mtk_iommu_bind", "drivers/iommu/mtk_iommu.c");
    private static final Term LARB_BIND = Term.function("mtk_smi_larb_bind", "drivers/memory/mtk-smi.c");

    private final Site site;
    private final Kernel kernel;
    private final MtkDriver driver;
    private final MtkSmiDriver larbDriver;
    private final RefList<MtkData> shared;
    private final Map<Device, MtkData> units = new LinkedHashMap<>();

    MtkPlatformDriver(Site site, List<MtkData.Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.kernel = site.kernel();
        this.driver = new MtkDriver(site, this::dataOf);
        this.shared = new RefList<>(this, MtkData.class);
        for (MtkData.Wired one : wired) {
            units.put(one.device(), new MtkData(kernel, new IommuDevice(one.device(), driver.ops()), one, shared));
        }
        this.larbDriver = new MtkSmiDriver(
                site,
                units.values().stream()
                        .flatMap(data -> data.larbs().stream().map(larb -> new MtkSmiDriver.Larb(larb, data.common())))
                        .toList());
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    private MtkData dataOf(Device device) {
        return Optional.ofNullable(units.get(device)).orElseThrow();
    }

    /** The SoCs that the release's match table names. */
    @Override
    public boolean matches(Device device) {
        MtkData data = units.get(device);
        return data != null && (data.soc() != MtkSoc.MT8365 || kernel.since(Version.V6_2));
    }

    @Override
    public long probe(Device device) {
        MtkData data = dataOf(device);
        populate();
        int bytes = 2 * MtkLayout.PROTECT_BYTES;
        long protect = site.frames().allocate(bytes, MtkLayout.PROTECT_BYTES);
        data.protectBase().set(protect);
        if (data.soc().has(Flag.HAS_4GB_MODE)) {
            int strap = data.infracfg().read32(MtkLayout.INFRA_MISC);
            data.setEnable4Gb((strap & MtkLayout.INFRA_MISC_4GB) != 0);
        }
        device.power().connect(data);
        device.power().enable();
        boolean larbs = !data.soc().has(Flag.INFRA);
        if (larbs) {
            site.links().add(data.common(), device);
        }
        if (data.soc().has(Flag.SHARE_PGTABLE)) {
            shared.add(data);
        }
        long error = site.core()
                .probing()
                .register(data.instance(), site.bus().devices().toList());
        if (error != 0) {
            shared.remove(data);
            device.power().disable();
        } else if (larbs) {
            bind(data);
        }
        return error;
    }

    // Larbs are probed after the M4U was, which therefore waits for them; here they are there before the first M4U.
    private void populate() {
        if (!site.bus().isRegistered(larbDriver)) {
            site.bus().register(larbDriver);
            units.values().stream()
                    .flatMap(data -> data.larbs().stream())
                    .forEach(larb -> site.bus().add(larb.device()));
        }
    }

    /** mtk_iommu_bind: each larb's driver learns where the M4U's driver writes its notes. */
    private void bind(MtkData data) {
        kernel.driverRun(
                BIND,
                data.device(),
                () -> data.larbs().forEach(larb -> kernel.driverRun(LARB_BIND, larb.device(), () -> {})));
    }

    /** The M4Us that have the domain noted for one of their banks. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return units.values().stream()
                .filter(data ->
                        data.banks().stream().anyMatch(bank -> bank.domain().is(domain)))
                .map(MtkData::device)
                .toList();
    }
}
