package org.iommulab.backend.s390;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.InitFunction;
import org.iommulab.bus.pci.Pcibios;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * pci_base_init: firmware is asked which functions there are; each becomes an IOMMU instance and is enabled. The PCI
 * devices are added after it, in the real kernel inside of it.
 */
final class ZpciInit extends InitFunction {
    /** What boards call it. */
    static final String NAME = "zpci";

    private static final String PCI_C = "arch/s390/pci/pci.c";
    private static final Term INIT = Term.function("pci_base_init", PCI_C);
    private static final Term CREATE = Term.function("zpci_create_device", PCI_C);
    private static final Term INIT_IOMMU = Term.function("zpci_init_iommu", "drivers/iommu/s390-iommu.c");
    private static final Term PREPARE = Term.function("zpci_bus_prepare_device", "arch/s390/pci/pci_bus.c");
    private static final Term DEVICE_ADD = Term.function("pcibios_device_add", PCI_C);

    private final Site site;
    private final Kernel kernel;
    private final List<Wired> wires;
    private final S390Driver driver;
    private final Map<Zdev, IommuDevice> instances;
    private final Pcibios pcibios;

    /**
     * A function with what belongs to it.
     *
     * @param unit the device of its IOMMU instance
     * @param line on which the machine announces its events
     */
    record Wired(Zdev zdev, S390Instructions function, Device unit, InterruptLine line) {}

    ZpciInit(Site site, List<Wired> wires) {
        super(site.kernel().machine(), NAME, INIT);
        this.site = site;
        this.kernel = site.kernel();
        this.wires = List.copyOf(wires);
        this.driver =
                new S390Driver(site, new Zdevs(wires.stream().map(Wired::zdev).toList()));
        this.instances = wires.stream()
                .collect(Collectors.toUnmodifiableMap(
                        Wired::zdev, wired -> IommuDevice.withoutFirmwareNode(wired.unit(), driver.ops())));
        this.pcibios = new Hooks();
    }

    S390Driver driver() {
        return driver;
    }

    private boolean hasOwnDma() {
        return !kernel.since(Version.V6_7);
    }

    @Override
    public long run() {
        wires.forEach(this::create);
        wires.forEach(this::prepare);
        site.bus().connect(pcibios);
        return 0;
    }

    private void create(Wired wired) {
        kernel.driverRun(CREATE, wired.zdev(), () -> {
            wired.zdev().query();
            kernel.driverCall(INIT_IOMMU, wired.zdev(), () -> initIommu(wired));
        });
    }

    private long initIommu(Wired wired) {
        wired.unit().present().set(true);
        var instance = Objects.requireNonNull(instances.get(wired.zdev()));
        long error =
                site.core().probing().register(instance, site.bus().devices().toList());
        if (error == 0 && kernel.since(Version.V6_7)) {
            wired.zdev().trim(site.memory().base() + site.memory().size());
        }
        return error;
    }

    private void prepare(Wired wired) {
        var events = new ZpciEvents(site, wired.zdev(), wired.function(), driver.platform());
        wired.line().connect(() -> kernel.work().queue(events));
        kernel.driverCall(PREPARE, wired.zdev(), () -> {
            wired.zdev().enable();
            long error = hasOwnDma() ? driver.platform().init(wired.zdev()) : 0;
            if (error != 0) {
                wired.zdev().disable();
            }
            return error;
        });
    }

    /** A function that is scanned is a new device; up to v6.6 it gets DMA operations here. */
    private final class Hooks extends Pcibios {
        Hooks() {
            super(kernel.machine());
        }

        @Override
        public String label() {
            return "arch/s390";
        }

        @Override
        public void deviceAdd(Device device) {
            kernel.driverRun(DEVICE_ADD, device, () -> {
                driver.zdevs()
                        .of(device)
                        .ifPresent(zdev -> zdev.permanentFailure().set(false));
                if (hasOwnDma()) {
                    device.dmaOps().set(driver.platform());
                }
            });
        }
    }
}
