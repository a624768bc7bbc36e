package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** The driver of the M4U itself (mtk_iommu_v1_probe, mtk_iommu_v1_bind). */
final class MtkV1PlatformDriver extends Driver {
    static final String NAME = "mtk-iommu-v1";
    private static final String FILE = "drivers/iommu/mtk_iommu_v1.c";
    private static final Term HW_INIT = Term.function("mtk_iommu_v1_hw_init", FILE);
    private static final Term BIND = Term.function("mtk_iommu_v1_bind", FILE);
    private static final Term BOUND = LogText.of("<6>bound %o (ops mtk_smi_larb_component_ops)");
    /** The driver takes twice the alignment and rounds up. */
    private static final long PROTECT_BYTES = 2L * MtkV1Layout.IVRP_BYTES;

    private final Site site;
    private final Wired wired;
    private final MtkV1Driver driver;
    private final MtkV1Data data;
    private final MtkV1Faults faults;
    private final MtkSmiLarbDriver larbDriver;

    /**
     * The M4U of the board, as its driver will find it.
     *
     * @param alwaysOn the SMI's registers, which are the larbs' driver's
     * @param powerOn what the clock does to the block
     */
    record Wired(
            Device device, Mmio registers, Mmio alwaysOn, InterruptLine irq, Optional<Clock> clock, Runnable powerOn) {}

    MtkV1PlatformDriver(Site site, Wired wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.wired = wired;
        this.driver = new MtkV1Driver(site, this::dataOf);
        this.data = new MtkV1Data(site.kernel(), new IommuDevice(wired.device(), driver.ops()), wired.registers());
        this.faults = new MtkV1Faults(site.kernel(), site.core().faults());
        this.larbDriver = new MtkSmiLarbDriver(site.kernel(), wired.alwaysOn());
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    MtkSmiLarbDriver larbDriver() {
        return larbDriver;
    }

    private Optional<MtkV1Data> dataOf(String device) {
        return Optional.of(data).filter(d -> d.device().label().equals(device));
    }

    @Override
    public boolean matches(Device device) {
        return device == wired.device();
    }

    /** mtk_iommu_v1_probe: waits until all larbs have their driver; where the table is, is not said before the first attach. */
    @Override
    public long probe(Device device) {
        data.protectBase().set(site.frames().allocate(PROTECT_BYTES, MtkV1Layout.IVRP_BYTES));
        long error = findLarbs();
        if (error != 0) {
            site.frames().free(PROTECT_BYTES); // devm
            return error;
        }
        site.kernel().driverRun(HW_INIT, device, this::initialise);
        error = site.core()
                .probing()
                .register(data.instance(), site.bus().devices().toList());
        if (error == 0) {
            site.kernel().driverRun(BIND, device, this::bindLarbs);
        }
        return error;
    }

    // mediatek,larbs: on the lab's boards the larbs in the order of the device tree
    private long findLarbs() {
        List<Device> there = site.bus().devices().toList().stream()
                .filter(larbDriver::matches)
                .toList();
        if (there.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        for (int i = 0; i < there.size() && i < data.larbs().size(); i++) {
            if (there.get(i).driver().isNull()) {
                return Errno.EPROBE_DEFER.negative();
            }
            data.larbs().get(i).device().set(there.get(i));
        }
        return 0;
    }

    private void initialise() {
        wired.clock().ifPresent(clock -> clock.prepareEnable(site.kernel()));
        wired.powerOn().run();
        MtkV1Flush.initialise(data.registers(), data.protectBase().get());
        wired.irq().connect(() -> faults.handle(data));
    }

    // component_bind_all
    private void bindLarbs() {
        for (MtkV1Larb larb : data.larbs()) {
            larb.device().get().ifPresent(device -> {
                larbDriver.bind(device, larb);
                site.kernel().log().line(BOUND, data.device(), device.id(), 0);
            });
        }
    }

    /** The one mapping, to which the M4U's driver keeps a reference. For those who look. */
    List<ArmMapping> heldMappings() {
        return data.mapping().get().stream().toList();
    }

    /** The M4U, for the one domain that it has. For those who look. */
    List<Device> clientsOf(IommuDomain domain) {
        return data.domain().is(domain) ? List.of(data.device()) : List.of();
    }
}
