package org.iommulab.capture.machine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DmaConfigure;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.bus.pci.ExtendedCapability;
import org.iommulab.bus.pci.PciFirmware;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciHardware;
import org.iommulab.bus.pci.PciHost;
import org.iommulab.bus.pci.PciLinks;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.bus.pci.SriovCapability;
import org.iommulab.bus.pci.SriovConfigure;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.sim.Machine;

/**
 * The functions of a captured machine as a scan finds them, with their ACS as it was captured. There is no IOMMU and no
 * driver, so that nothing is in a group.
 */
final class StillPci {
    private static final int ACS_CONTROL = 6;

    private final DriverCore drivers;
    private final PciHost host;
    private final Map<String, Device> functions;

    /** @param override what the kernel shall believe besides */
    StillPci(MachineFile file, AcsOverride override) {
        var machine = Machine.recording();
        KernelBuild build = KernelBuild.of(file.nearest()).withCommandLine(AcsOverride.OPTION + override.text());
        var kernel = new Kernel(machine, build, Map.of(AcsOverride.PATCH, true));
        drivers = new DriverCore(kernel, new NoDma());
        host = new PciHost(
                kernel,
                drivers,
                new PciHardware(machine, file.functions()),
                new PciFirmware(false, _ -> List.of(), _ -> "", _ -> {}));
        machine.powerOn();
        if (file.topology().units().stream().anyMatch(unit -> unit.name().startsWith("ivhd"))) {
            drivers.pciSettings().foundIvrs();
        }
        // for quirks, whose work is not in the capability's own register
        drivers.pciSettings().requestAcs();
        drivers.register(new Holder(machine));
        host.scan();
        host.functions().forEach(device -> device.pci().ifPresent(StillPci::asCaptured));
        host.functions().forEach(this::makeVirtual);
        var byName = new LinkedHashMap<String, Device>();
        host.functions().forEach(device -> byName.put(device.label(), device));
        functions = Collections.unmodifiableMap(byName);
    }

    private static void asCaptured(PciFunction function) {
        function.found().find(ExtendedCapability.ACS).ifPresent(at -> {
            int captured = function.found().read16(at + ACS_CONTROL);
            function.config().write16(at + ACS_CONTROL, captured);
        });
    }

    private void makeVirtual(Device device) {
        device.pci()
                .flatMap(function -> SriovCapability.of(function.found()))
                .filter(SriovCapability::enabled)
                .ifPresent(sriov -> host.sriovNumvfs(device, sriov.numVfs()));
    }

    PciTopology pci() {
        return drivers.pci();
    }

    PciLinks links() {
        return new PciLinks(pci(), functions());
    }

    /** In the order in which the scan found them. */
    List<Device> functions() {
        return List.copyOf(functions.values());
    }

    Optional<Device> find(String name) {
        return Optional.ofNullable(functions.get(name));
    }

    /** Has the physical functions whose virtual ones were there, so that they can be made again. */
    private static final class Holder extends Driver {
        Holder(Machine machine) {
            super(machine, "holder");
        }

        @Override
        public boolean matches(Device device) {
            return device.pci()
                    .flatMap(function -> SriovCapability.of(function.found()))
                    .filter(SriovCapability::enabled)
                    .isPresent();
        }

        @Override
        public long probe(Device device) {
            return 0;
        }

        @Override
        public Optional<SriovConfigure> sriovConfigure() {
            return Optional.of(SriovConfigure.SIMPLE);
        }
    }

    /** Nobody is asked and nobody hears of anything. */
    private static final class NoDma implements DmaConfigure {
        @Override
        public void added(Device device) {}

        @Override
        public void removed(Device device) {}

        @Override
        public long configure(Device device, Driver driver) {
            return 0;
        }

        @Override
        public void cleanup(Device device, Driver driver) {}

        @Override
        public void teardown(Device device) {}
    }
}
