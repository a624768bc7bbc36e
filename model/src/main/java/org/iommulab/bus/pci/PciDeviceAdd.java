package org.iommulab.bus.pci;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DriverCore;
import org.iommulab.bus.IommuSpec;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** From a function that answered to a device on its bus (drivers/pci/probe.c: pci_setup_device, pci_device_add). */
final class PciDeviceAdd {
    private static final Term ADD = Term.function("pci_device_add", "drivers/pci/probe.c");
    private static final Term IDS = LogText.of("<6>[%04h:%04l] type %02x");
    private static final Term CLASS = LogText.of("<c> class 0x%06x");
    private static final Term PLX = LogText.of("<6>Setting PLX NTB proxy ID aliases");
    private static final Term ALIAS = LogText.of("<6>Enabling fixed DMA alias to %02x.%d");
    private static final Term ALIASES_FROM = LogText.of("<6>Enabling fixed DMA alias for devfn range from %02x.%d");
    private static final Term ALIASES_TO = LogText.of("<c> to %02x.%d");
    private static final int DEVICE_CAPABILITIES_2 = 0x24;
    private static final int DEVICE_CONTROL_2 = 0x28;
    private static final int ARI_FORWARDING = 1 << 5;

    private final Kernel kernel;
    private final DriverCore drivers;
    private final PciHardware hardware;
    private final PciFirmware firmware;
    private final PciAcs acs;

    PciDeviceAdd(Kernel kernel, DriverCore drivers, PciHardware hardware, PciFirmware firmware) {
        this.kernel = kernel;
        this.drivers = drivers;
        this.hardware = hardware;
        this.firmware = firmware;
        this.acs = new PciAcs(kernel, hardware);
    }

    /** The function that answers there; empty if none does. */
    Optional<PciFunction> setup(PciBus bus, int devfn) {
        ConfigAccess config = hardware.at(bus, devfn);
        int id = config.read32(0);
        // some boards give one of these for an empty slot (pci_bus_generic_read_dev_vendor_id)
        if (id == -1 || id == 0 || id == 0xffff || id == 0xffff0000) {
            return Optional.empty();
        }
        ConfigSpace found = config.snapshot();
        return found.headerType() > 2 ? Optional.empty() : Optional.of(new PciFunction(bus, devfn, config, found));
    }

    /** The device object: on its bus' list, and known to the IOMMU core. */
    Device add(PciFunction function) {
        Device device = new Device(
                kernel.machine(),
                function.address().toString(),
                firmware.title().apply(function),
                "%04x:%04x"
                        .formatted(function.found().vendor(), function.found().device()),
                iommusOf(function),
                Optional.of(function));
        firmware.appeared().accept(device);
        announce(device, function);
        kernel.run(ADD, device, () -> {
            addAliases(device, function.aliasQuirks());
            configureAri(function);
            initSriov(function);
            acs.enable(device, function);
            drivers.addWithoutDriver(device);
        });
        return device;
    }

    // of_pci_iommu_init: the map is asked for each id under which the function's requests can come
    private List<IommuSpec> iommusOf(PciFunction function) {
        return drivers.pci().dmaAliases(function, Optional.empty()).stream()
                .map(alias -> PciAddress.of(function.bus().domain(), alias.requesterId()))
                .flatMap(address -> firmware.iommus().apply(address).stream())
                .distinct()
                .toList();
    }

    private void announce(Device device, PciFunction function) {
        ConfigSpace found = function.found();
        kernel.log().line(IDS, device, LogText.pack(found.vendor(), found.device()), found.headerType());
        kernel.log().line(CLASS, device, found.classCode(), 0);
        if (kernel.since(Version.V6_12)) {
            kernel.log().line(LogText.of("<c> " + function.type().words()), device, 0, 0);
        }
    }

    // pci_add_dma_alias, which the header fixups call
    private void addAliases(Device device, AliasQuirks.Found quirks) {
        if (quirks.isPlx()) {
            kernel.log().line(PLX, device, 0, 0);
        }
        for (AliasQuirks.Range range : quirks.ranges()) {
            if (range.count() == 1) {
                line(ALIAS, device, range.first());
            } else {
                line(ALIASES_FROM, device, range.first());
                line(ALIASES_TO, device, range.last());
            }
        }
    }

    private void line(Term format, Device device, int devfn) {
        kernel.log().line(format, device, devfn >> 3, devfn & 7);
    }

    // pci_configure_ari: function 0 decides for the bus
    private static void configureAri(PciFunction function) {
        Optional<PciFunction> bridge = function.bus().self().flatMap(Device::pci);
        if (!function.type().isExpress() || function.devfn() != 0 || bridge.isEmpty()) {
            return;
        }
        var express = bridge.get().found().find(StandardCapability.EXPRESS);
        if (express.isEmpty()) {
            return;
        }
        ConfigAccess config = bridge.get().config();
        if ((config.read32(express.getAsInt() + DEVICE_CAPABILITIES_2) & ARI_FORWARDING) == 0) {
            return;
        }
        boolean on = function.found().has(ExtendedCapability.ARI);
        int at = express.getAsInt() + DEVICE_CONTROL_2;
        int control = config.read16(at);
        config.write16(at, on ? control | ARI_FORWARDING : control & ~ARI_FORWARDING);
        bridge.get().ari().setQuietly(on);
    }

    // sriov_init: what a kernel before this one turned on is turned off
    private static void initSriov(PciFunction function) {
        if (!Sriov.isPhysicalFunction(function)) {
            return;
        }
        SriovCapability sriov = SriovCapability.of(function.found()).orElseThrow();
        boolean first = function.bus().devices().toList().stream()
                .flatMap(device -> device.pci().stream())
                .noneMatch(Sriov::isPhysicalFunction);
        boolean ari = first && isAri(function.bus());
        function.config().write16(sriov.at() + SriovCapability.CONTROL, ari ? SriovCapability.ARI_HIERARCHY : 0);
        function.config().write16(sriov.at() + SriovCapability.NUM_VFS, 0);
    }

    /** pci_ari_enabled. */
    static boolean isAri(PciBus bus) {
        return bus.self()
                .flatMap(Device::pci)
                .filter(bridge -> bridge.ari().get())
                .isPresent();
    }
}
