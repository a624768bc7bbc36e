package org.iommulab.backend.rockchip;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** The driver of the IOMMUs themselves (rk_iommu_probe). */
final class RockchipPlatformDriver extends Driver implements RockchipDriver.RockchipUnits {
    static final String NAME = "rk_iommu";
    private static final Term PROBE = Term.function("rk_iommu_probe", RockchipIommu.FILE);
    private static final Term ZAP = Term.function("rk_iommu_zap_iova", RockchipIommu.FILE);

    private final Site site;
    private final Kernel kernel;
    private final RockchipDriver driver;
    private final RockchipFaults faults;
    private final WarnOnce zapWithoutPm;
    private final Map<Device, RockchipIommu> iommus = new LinkedHashMap<>();
    private final RefCell<RockchipIommu> chosen;
    private final RefCell<Device> dmaDevice;
    private final LongCell domains;

    RockchipPlatformDriver(Site site, List<RockchipIommu.Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.kernel = site.kernel();
        this.driver = new RockchipDriver(site, this);
        this.faults = new RockchipFaults(site);
        this.zapWithoutPm = new WarnOnce(kernel, ZAP);
        this.chosen = new RefCell<>(this, Lane.DRIVER, Term.reference("rk_ops chosen by"), RockchipIommu.class);
        this.dmaDevice = new RefCell<>(this, Lane.DRIVER, Term.reference("dma_dev"), Device.class);
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        wired.forEach(one -> iommus.put(one.device(), new RockchipIommu(kernel, one, driver.ops())));
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    @Override
    public boolean matches(Device device) {
        return iommus.containsKey(device);
    }

    @Override
    public RockchipIommu iommuOf(Device device) {
        return Optional.ofNullable(iommus.get(device)).orElseThrow();
    }

    /** The tables are cleaned for the hardware through the first IOMMU of the system: before there is one, no domain. */
    @Override
    public Optional<IommuDomain> newDomain() {
        if (dmaDevice.isNull()) {
            return Optional.empty();
        }
        RockchipFormat format = chosen.require().wired().format();
        return Optional.of(new RockchipDomain(site, (int) domains.add(1), format, zapWithoutPm));
    }

    /** rk_iommu_probe; the first IOMMU decides for all which format there is. It sleeps until a master wakes. */
    @Override
    public long probe(Device device) {
        RockchipIommu iommu = iommuOf(device);
        iommu.domain().set(driver.identity());
        if (chosen.isNull()) {
            chosen.set(iommu);
        }
        if (chosen.require().wired().format() != iommu.wired().format()) {
            kernel.log().warnOn(PROBE, device);
            return Errno.EINVAL.negative();
        }
        iommu.prepareClocks();
        if (!kernel.since(Version.V6_7)) {
            iommu.group().set(site.core().probing().newHeldGroup());
        }
        long error = site.core()
                .probing()
                .register(iommu.instance(), site.bus().devices().toList());
        if (error != 0) {
            iommu.group().get().ifPresent(site.core().probing()::put);
            iommu.group().setNull();
            return error;
        }
        if (dmaDevice.isNull()) {
            dmaDevice.set(device);
        }
        device.power().connect(iommu);
        device.power().enable();
        iommu.wired().irq().connect(() -> faults.handle(iommu));
        return 0;
    }
}
