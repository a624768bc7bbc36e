package org.iommulab.backend.omap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** The driver of the IOMMUs themselves (omap_iommu_probe). */
final class OmapPlatformDriver extends Driver implements OmapDriver.OmapUnits {
    static final String NAME = "omap-iommu";
    private static final Term REGISTERED = LogText.of("<6>%n registered");
    private static final Set<Integer> TLB_SIZES = Set.of(8, 32);
    /** The MDMA MMUs of DRA7's DSPs. */
    private static final Set<String> DSP_MMUS_FOR_THE_CORE = Set.of("40d01000.mmu", "41501000.mmu");

    private final Site site;
    private final OmapDriver driver;
    private final OmapFaults faults;
    private final Map<Device, Unit> units = new LinkedHashMap<>();

    /** An IOMMU of the board, as its driver will find it. */
    record Wired(Device device, OmapSequences registers, OmapIommu.Reset reset, InterruptLine irq) {}

    private record Unit(OmapIommu data, InterruptLine irq) {}

    OmapPlatformDriver(Site site, List<Wired> wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.driver = new OmapDriver(site, this);
        this.faults = new OmapFaults(site.kernel(), site.core().faults());
        for (Wired one : wired) {
            var instance = new IommuDevice(one.device(), driver.ops());
            var data = new OmapIommu(site.kernel(), instance, one.registers(), one.reset());
            units.put(one.device(), new Unit(data, one.irq()));
        }
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    @Override
    public Optional<OmapIommu> dataOf(Device device) {
        return Optional.ofNullable(units.get(device))
                .map(Unit::data)
                .filter(data -> data.probed().get());
    }

    @Override
    public boolean matches(Device device) {
        return units.containsKey(device);
    }

    /**
     * omap_iommu_probe. A device with several IOMMUs joins its group when the last of them was probed, which for DRA7's
     * DSPs is one that does not register; so each of them walks the bus once more.
     */
    @Override
    public long probe(Device device) {
        Unit unit = Optional.ofNullable(units.get(device)).orElseThrow();
        OmapIommu iommu = unit.data();
        if (!TLB_SIZES.contains(iommu.registers().slots())) {
            return Errno.EINVAL.negative();
        }
        unit.irq().connect(() -> faults.handle(iommu));
        iommu.probed().set(true);
        if (registersWithCore(iommu)) {
            long error = register(iommu);
            if (error != 0) {
                iommu.probed().set(false);
                return error;
            }
        }
        device.power().connect(iommu);
        device.power().enable();
        site.kernel().log().line(REGISTERED, device, 0, 0);
        site.core().probing().walk(site.bus().devices().toList());
        return 0;
    }

    // omap_iommu_can_register
    private static boolean registersWithCore(OmapIommu iommu) {
        boolean dsp = iommu.registers().config().isPresent();
        return !dsp || DSP_MMUS_FOR_THE_CORE.contains(iommu.device().label());
    }

    private long register(OmapIommu iommu) {
        if (!site.kernel().since(Version.V6_7)) {
            iommu.group().set(site.core().probing().newHeldGroup());
        }
        long error = site.core()
                .probing()
                .register(iommu.instance(), site.bus().devices().toList());
        if (error != 0) {
            iommu.group().get().ifPresent(site.core().probing()::put);
            iommu.group().setNull();
        }
        return error;
    }
}
