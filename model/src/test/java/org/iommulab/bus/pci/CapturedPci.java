package org.iommulab.bus.pci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.dma.BusDma;
import org.iommulab.dma.IommuDma;
import org.iommulab.dma.PlainArch;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.FakeIommu;

/** A machine of nothing but PCI, from the configuration space of a captured one; no IOMMU drives it. */
public final class CapturedPci {
    public final Machine machine;
    public final Kernel kernel;
    public final IommuCore core;
    public final DriverCore drivers;
    public final PciHardware hardware;
    public final PciHost host;
    public final List<Device> appeared = new ArrayList<>();

    /** Without an IOMMU's driver. */
    public CapturedPci(Map<PciAddress, ConfigSpace> functions, boolean deviceTree, Version version) {
        this(functions, deviceTree, kernelOf(deviceTree, version));
    }

    private CapturedPci(Map<PciAddress, ConfigSpace> functions, boolean deviceTree, Kernel kernel) {
        this(functions, deviceTree, kernel, new IommuCore(kernel, IommuDma.cookies(kernel)));
    }

    private CapturedPci(Map<PciAddress, ConfigSpace> functions, boolean deviceTree, Kernel kernel, IommuCore core) {
        this.machine = kernel.machine();
        this.kernel = kernel;
        this.core = core;
        drivers = new DriverCore(kernel, new BusDma(kernel, core, new PlainArch()));
        hardware = new PciHardware(machine, functions);
        var firmware = new PciFirmware(deviceTree, address -> List.of(), found -> "PCI function", appeared::add);
        host = new PciHost(kernel, drivers, hardware, firmware);
        if (machine.steps() == 0) {
            machine.powerOn();
        }
    }

    private static Kernel kernelOf(boolean deviceTree, Version version) {
        Map<String, Boolean> config = Map.of("IOMMU_DMA", true, "X86", !deviceTree, "ARM64", deviceTree);
        return new Kernel(Machine.recording(), KernelBuild.of(version), config);
    }

    /** With an IOMMU whose driver takes every function as soon as it is added, as on x86. */
    public static CapturedPci behind(FakeIommu iommu, Map<PciAddress, ConfigSpace> functions) {
        return new CapturedPci(functions, false, iommu.kernel(), iommu.core());
    }

    public static Map<PciAddress, ConfigSpace> functions(String name) throws IOException {
        return LspciReader.read(Path.of("src/test/resources/capture/" + name + "-lspci.txt"));
    }

    public static CapturedPci of(String name, boolean deviceTree, Version version) throws IOException {
        return new CapturedPci(functions(name), deviceTree, version);
    }

    /** A driver for functions of these ids, {@code 1b36:000c}. */
    public Driver driver(String name, boolean managesDma, BiPredicate<String, Device> matches, boolean makesVfs) {
        return new Driver(machine, name) {
            @Override
            public boolean managesDma() {
                return managesDma;
            }

            @Override
            public boolean matches(Device device) {
                return matches.test(device.type(), device);
            }

            @Override
            public long probe(Device device) {
                return 0;
            }

            @Override
            public Optional<SriovConfigure> sriovConfigure() {
                return makesVfs ? Optional.of(SriovConfigure.SIMPLE) : Optional.empty();
            }
        };
    }

    public Device device(String name) {
        return host.find(name).orElseThrow(() -> new AssertionError("no " + name));
    }

    public List<String> names() {
        return host.functions().stream().map(Device::label).toList();
    }

    /** Puts these functions into their groups, in the order in which they were found. */
    public void join(List<String> names) {
        for (Device device : host.functions()) {
            if (names.contains(device.label())) {
                Group group = core.probing().pciDeviceGroup(device, drivers.pci());
                device.iommuGroup().setQuietly(Optional.of(group));
                group.devices().add(device);
            }
        }
    }

    /** Who is with whom, by names. */
    public TreeSet<String> groups() {
        var sets = new TreeSet<String>();
        for (Group group : core.probing().groups().toList()) {
            sets.add(String.join(
                    " ",
                    group.devices().toList().stream()
                            .map(Device::label)
                            .sorted()
                            .toList()));
        }
        return sets;
    }
}
