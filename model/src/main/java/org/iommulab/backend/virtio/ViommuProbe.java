package org.iommulab.backend.virtio;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** viommu_probe and viommu_remove, with what the virtio bus does around them (drivers/virtio/virtio.c). */
final class ViommuProbe {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term BUS_PROBE = Term.function("virtio_dev_probe", "drivers/virtio/virtio.c");
    private static final Term PROBE = Term.function("viommu_probe", FILE);
    private static final Term REMOVE = Term.function("viommu_remove", FILE);
    private static final Term INIT_QUEUES = Term.function("viommu_init_vqs", FILE);
    private static final Term BITS = LogText.of("<6>input address: %d bits");
    private static final Term PAGE_MASK = LogText.of("<6>page mask: 0x%x");
    private static final Term REMOVED = LogText.of("<6>device removed");
    private static final long WANTED = 1L << VirtioLayout.F_VERSION_1
            | 1 << ViommuLayout.F_MAP_UNMAP
            | 1 << ViommuLayout.F_INPUT_RANGE
            | 1 << ViommuLayout.F_DOMAIN_RANGE
            | 1 << ViommuLayout.F_PROBE
            | 1 << ViommuLayout.F_MMIO
            | 1 << ViommuLayout.F_BYPASS_CONFIG;
    private static final int READ_WRITE = ViommuLayout.MAP_READ | ViommuLayout.MAP_WRITE;
    private static final long ALL_DOMAINS = 0xffff_ffffL;

    private final Site site;
    private final Kernel kernel;
    private final ViommuDriver driver;
    private final List<ViommuEvents> events = new ArrayList<>();

    ViommuProbe(Site site, ViommuDriver driver) {
        this.site = site;
        this.kernel = site.kernel();
        this.driver = driver;
        driver.viommus().forEach(viommu -> events.add(new ViommuEvents(site, viommu)));
    }

    /** virtio_dev_probe. */
    long probe(ViommuDev viommu) {
        Device device = viommu.device().require();
        VirtioTransport transport = viommu.transport();
        return kernel.driverCall(BUS_PROBE, device, () -> {
            transport.addStatus(VirtioLayout.DRIVER);
            viommu.features().set(transport.features() & WANTED);
            transport.setFeatures(viommu.features().get());
            transport.addStatus(VirtioLayout.FEATURES_OK);
            if ((transport.status() & VirtioLayout.FEATURES_OK) == 0) {
                return Errno.ENODEV.negative();
            }
            return kernel.driverCall(PROBE, device, () -> probeDevice(viommu, device));
        });
    }

    private long probeDevice(ViommuDev viommu, Device device) {
        if (!viommu.has(VirtioLayout.F_VERSION_1) || !viommu.has(ViommuLayout.F_MAP_UNMAP)) {
            return Errno.ENODEV.negative();
        }
        long error = kernel.driverCall(INIT_QUEUES, device, () -> initQueues(viommu));
        if (error != 0) {
            return error;
        }
        Mmio config = viommu.wired().registers();
        viommu.pageSizes().set(config.read64(ViommuLayout.PAGE_SIZE_MASK));
        if (!viommu.pageSizes().isSet()) {
            return Errno.EINVAL.negative();
        }
        readConfig(viommu, config);
        driver.pageSizes().set(viommu.pageSizes().get());
        viommu.requests().allocate((int) viommu.probeSize().get());
        viommu.transport().addStatus(VirtioLayout.DRIVER_OK);
        events.get(viommu.index()).fill();
        error = site.core()
                .probing()
                .register(viommu.instance(), site.bus().devices().toList());
        if (error != 0) {
            return error;
        }
        viommu.priv().set(true);
        kernel.log().line(BITS, device, orderBase2(viommu.inputEnd().get()), 0);
        kernel.log().line(PAGE_MASK, device, viommu.pageSizes().get(), 0);
        return 0;
    }

    private long initQueues(ViommuDev viommu) {
        VirtioTransport transport = viommu.transport();
        if (!transport.setUp(ViommuLayout.REQUEST_QUEUE, viommu.requests().ring())
                || !transport.setUp(ViommuLayout.EVENT_QUEUE, viommu.events())) {
            return Errno.ENOENT.negative();
        }
        transport.enable(ViommuLayout.REQUEST_QUEUE);
        transport.enable(ViommuLayout.EVENT_QUEUE);
        viommu.wired().eventIrq().connect(events.get(viommu.index())::interrupt);
        return 0;
    }

    private static void readConfig(ViommuDev viommu, Mmio config) {
        boolean input = viommu.has(ViommuLayout.F_INPUT_RANGE);
        boolean domain = viommu.has(ViommuLayout.F_DOMAIN_RANGE);
        viommu.inputStart().set(input ? config.read64(ViommuLayout.INPUT_START) : 0);
        viommu.inputEnd().set(input ? config.read64(ViommuLayout.INPUT_END) : -1);
        viommu.firstDomain().set(domain ? config.read32(ViommuLayout.DOMAIN_START) & ALL_DOMAINS : 0);
        viommu.lastDomain().set(domain ? config.read32(ViommuLayout.DOMAIN_END) & ALL_DOMAINS : ALL_DOMAINS);
        viommu.probeSize().set(viommu.has(ViommuLayout.F_PROBE) ? config.read32(ViommuLayout.PROBE_SIZE) : 0);
        viommu.mapFlags().set(viommu.has(ViommuLayout.F_MMIO) ? READ_WRITE | ViommuLayout.MAP_MMIO : READ_WRITE);
    }

    /** order_base_2. */
    private static int orderBase2(long number) {
        return Long.compareUnsigned(number, 1) > 0 ? 64 - Long.numberOfLeadingZeros(number - 1) : 0;
    }

    /** viommu_remove: the devices behind it are released first. */
    void remove(ViommuDev viommu) {
        Device device = viommu.device().require();
        kernel.driverRun(REMOVE, device, () -> {
            site.core()
                    .probing()
                    .unregister(viommu.instance(), site.bus().devices().toList());
            viommu.transport().reset();
            viommu.wired().eventIrq().disconnect();
            viommu.priv().set(false);
            kernel.log().line(REMOVED, device, 0, 0);
        });
    }
}
