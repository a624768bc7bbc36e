package org.iommulab.board;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.iommulab.backend.Backend;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLinks;
import org.iommulab.bus.DmaRange;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.bus.FirmwareDma;
import org.iommulab.bus.IommuSpec;
import org.iommulab.bus.pci.PciFirmware;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciHardware;
import org.iommulab.bus.pci.PciHost;
import org.iommulab.consumer.Master;
import org.iommulab.consumer.Suppliers;
import org.iommulab.consumer.exynosdrm.ComponentDriver;
import org.iommulab.consumer.exynosdrm.ExynosDrm;
import org.iommulab.consumer.plain.PlainDriver;
import org.iommulab.core.IommuCore;
import org.iommulab.dma.ArchDma;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.BusDma;
import org.iommulab.dma.DmaApi;
import org.iommulab.dma.IommuDma;
import org.iommulab.dma.PlainArch;
import org.iommulab.dma.Swiotlb;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptDoorbell;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Topology;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.iommulab.user.VfioDriver;
import org.iommulab.user.vfio.Vfio;

/** Builds the machine that a board file describes; no code names a board. */
public final class WorldBuilder {
    /** Where tables and buffers begin in RAM. Below it, on a real board, lie the kernel and its data. */
    private static final long FIRST_FREE = 0x1_0000;

    private final Board board;
    private final Kernel kernel;
    private final Machine machine;
    private final Map<String, Clock> clocks = new LinkedHashMap<>();
    private final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<Device, IommuUnit> units = new LinkedHashMap<>();
    private final Map<String, Master> masters = new LinkedHashMap<>();
    private final Map<String, Driver> drivers = new LinkedHashMap<>();
    private final List<Backend.Installed> backends = new ArrayList<>();
    private final Map<String, List<IommuSpec>> specs = new HashMap<>();

    private WorldBuilder(Board board, KernelBuild build, Machine machine) {
        this.board = board;
        this.machine = machine;
        board.devices()
                .forEach(device -> specs.put(
                        device.name(),
                        device.iommus().stream().map(IommuSpec::parse).toList()));
        var config = new TreeMap<String, Boolean>();
        board.config().forEach((name, value) -> config.put(name, value.isYes()));
        for (Architecture each : Architecture.values()) {
            config.put(each.config(), board.architecture() == each);
        }
        if (board.architecture() == Architecture.ARM32
                && build.config().getOrDefault(KernelBuild.ARM_DMA_IOMMU, false)) {
            config.put("ARM_DMA_USE_IOMMU", false);
            config.put("IOMMU_DMA", true);
        }
        if (board.architecture() == Architecture.S390) {
            // drivers/iommu/Kconfig: dma-iommu came to s390 with v6.7
            config.put("IOMMU_DMA", build.version().compareTo(Version.V6_7) >= 0);
        }
        if (board.architecture() == Architecture.RISCV64) {
            // drivers/iommu/Kconfig: IOMMU drivers select it, and nothing else that a kernel of RISC-V must have
            config.put("IOMMU_API", build.behaviours().contains(Behaviour.RISCV_IOMMU));
        }
        this.kernel = new Kernel(machine, build, config);
    }

    /** The machine before boot: nothing is registered, nothing is probed. */
    public static World build(Board board, KernelBuild build, Machine machine) {
        return new WorldBuilder(board, build, machine).build();
    }

    private World build() {
        Board.MemoryBank bank = board.memory().getFirst();
        var memory = new PhysicalMemory(machine, bank.base(), bank.size());
        var frames = new FrameAllocator(machine, bank.base() + FIRST_FREE, bank.base() + bank.size());
        var core = new IommuCore(kernel, IommuDma.cookies(kernel));
        // without the option the hooks of arch/arm are empty stubs
        Optional<ArmDmaGlue> arm = kernel.config("ARM") && kernel.config("ARM_DMA_USE_IOMMU")
                ? Optional.of(new ArmDmaGlue(kernel, core))
                : Optional.empty();
        Optional<IommuDma> generic = arm.isEmpty() && kernel.config("IOMMU_DMA")
                ? Optional.of(new IommuDma(kernel, core, Swiotlb.of(kernel, memory, frames, endOfMemory())))
                : Optional.empty();
        // of those with dma-iommu only arm64 has hooks around a probe, and the what-if of 32-bit ARM as arm64 has them
        ArchDma arch = arm.<ArchDma>map(glue -> glue)
                .or(() -> generic.filter(dma ->
                                kernel.config("ARM64") || kernel.config("ARM") && !kernel.config("ARM_DMA_USE_IOMMU"))
                        .map(dma -> dma))
                .orElseGet(PlainArch::new);
        var bus = new DriverCore(kernel, new BusDma(kernel, core, arch));
        core.connect(bus.pci());
        core.connect(bus.deferred());
        var links = new DeviceLinks(kernel);
        var site = new Site(kernel, core, bus, links, new DmaApi(kernel, memory, frames, generic), arm, memory, frames);

        var pciBuses = new BoardPci(board, bus.pciSettings());
        board.clocks().forEach(c -> clocks.put(c.name(), new Clock(machine, c.name())));
        board.units()
                .forEach(u -> devices.put(u.name(), new Device(machine, u.name(), titleOf(u), u.type(), List.of())));
        board.devices().stream()
                .filter(d -> !board.isFound(d))
                .forEach(d -> devices.put(d.name(), deviceOf(d, pciBuses)));
        installBackends(site);
        Optional<InterruptDoorbell> doorbell = kernel.config("ARM64") && kernel.config("ARM_GIC_V3_ITS")
                ? Optional.of(new InterruptDoorbell(machine))
                : Optional.empty();
        Topology topology = wire(memory, doorbell);
        var vfio = new Vfio(kernel, bus, core, frames);
        Optional<ExynosDrm> drm = installDrivers(site, vfio);
        var world = new World(
                board, site, vfio, topology, devices, drivers, masters, units, backends, drm, pciHost(bus), doorbell);
        machine.powerOn();
        return world;
    }

    // those who describe IOMMUs by ACPI ask for ACS before the first scan
    private PciHost pciHost(DriverCore bus) {
        var functions = new BoardFunctions(board, specs);
        PciFirmware firmware = functions.firmware();
        if (board.isScanned() && !firmware.reassignsBusNumbers()) {
            bus.pciSettings().requestAcs();
        }
        return new PciHost(kernel, bus, new PciHardware(machine, functions.plugged()), firmware);
    }

    private long endOfMemory() {
        Board.MemoryBank highest = board.memory().getLast();
        return highest.base() + highest.size();
    }

    private Device deviceOf(Board.Device planned, BoardPci pciBuses) {
        Optional<PciFunction> pci = planned.pci().map(p -> pciBuses.functionOf(planned.name(), p, this::device));
        var dma = new FirmwareDma(
                planned.dmaRange().map(bank -> new DmaRange(bank.base(), bank.base() + bank.size() - 1)),
                planned.dmaCoherent().orElse(ConfigValue.N).isYes());
        return new Device(machine, planned.name(), planned.title(), planned.type(), iommusOf(planned), pci, dma);
    }

    private static String titleOf(Board.Unit unit) {
        return Registry.backend(unit.type()).map(Backend::unitTitle).orElse("IOMMU");
    }

    /** The board's entries of a device. */
    private List<IommuSpec> specsOf(Board.Device device) {
        return specs.getOrDefault(device.name(), List.of());
    }

    /** The device's own {@code iommus} property: the board's entries less those that are wiring only. */
    private List<IommuSpec> iommusOf(Board.Device device) {
        return specsOf(device).stream()
                .filter(spec ->
                        backendOf(spec).filter(b -> !b.isNamedByIommus()).isEmpty())
                .map(spec -> backendOf(spec).filter(b -> !b.hasCells()).isPresent()
                        ? new IommuSpec(spec.unit(), List.of())
                        : spec)
                .distinct()
                .toList();
    }

    private Optional<Backend> backendOf(IommuSpec spec) {
        return board.unit(spec.unit()).flatMap(unit -> Registry.backend(unit.type()));
    }

    private UnitPlan planOf(Board.Unit unit) {
        var wires = new ArrayList<UnitPlan.Wire>();
        for (Board.Device planned : board.devices()) {
            specsOf(planned).stream()
                    .filter(spec -> spec.unit().equals(unit.name()))
                    .forEach(spec -> wires.add(new UnitPlan.Wire(planned.name(), spec)));
        }
        return new UnitPlan(device(unit.name()), unit.registers(), unit.properties(), clocksOf(unit.clocks()), wires);
    }

    private Device device(String name) {
        Device device = devices.get(name);
        if (device == null) {
            throw new IllegalArgumentException("the board has no device '" + name + "'");
        }
        return device;
    }

    private void installBackends(Site site) {
        for (Backend backend : Registry.backends()) {
            List<UnitPlan> plans = board.units().stream()
                    .filter(u -> u.type().equals(backend.unitType()))
                    .map(this::planOf)
                    .toList();
            if (!plans.isEmpty()) {
                Backend.Installed installed = backend.install(site, plans);
                backends.add(installed);
                for (int i = 0; i < plans.size(); i++) {
                    units.put(plans.get(i).device(), installed.units().get(i));
                }
                drivers.put(installed.platformDriver().name(), installed.platformDriver());
                installed.otherDrivers().forEach(driver -> drivers.put(driver.name(), driver));
            }
        }
    }

    private Map<String, Clock> clocksOf(Map<String, String> names) {
        var found = new LinkedHashMap<String, Clock>();
        names.forEach((role, name) -> {
            Clock clock = clocks.get(name);
            if (clock != null) {
                found.put(role, clock);
            }
        });
        return found;
    }

    private Topology wire(PhysicalMemory memory, Optional<InterruptDoorbell> doorbell) {
        var ports = new ArrayList<Topology.Port>();
        for (Board.Device planned : board.devices()) {
            var own = new ArrayList<DmaMaster>();
            for (IommuSpec spec : specsOf(planned)) {
                Optional<IommuUnit> unit = Optional.ofNullable(units.get(device(spec.unit())));
                own.add(new DmaMaster(machine, planned.name(), unit, spec.cells(), memory, doorbell));
            }
            own.forEach(port -> ports.add(new Topology.Port(planned.name(), port)));
            if (!board.isFound(planned)) {
                masters.put(planned.name(), new Master(device(planned.name()), own));
            }
        }
        return new Topology(ports);
    }

    private Optional<ExynosDrm> installDrivers(Site site, Vfio vfio) {
        Optional<ExynosDrm> drm = board.drm()
                .map(d -> new ExynosDrm(
                        kernel,
                        site.core().attaching(),
                        site.arm(),
                        device(d.device()),
                        d.components().stream().map(this::device).toList()));
        for (Board.Driver planned : board.drivers()) {
            drivers.computeIfAbsent(planned.name(), name -> makeDriver(planned, site, vfio, drm));
        }
        return drm;
    }

    private Driver makeDriver(Board.Driver planned, Site site, Vfio vfio, Optional<ExynosDrm> drm) {
        if (VfioDriver.NAMES.contains(planned.name())) {
            return new VfioDriver(kernel, planned.name(), vfio);
        }
        if (drm.isPresent() && drm.get().name().equals(planned.name())) {
            return drm.get();
        }
        List<Board.Device> matched = board.devices().stream()
                .filter(d -> d.driver().filter(planned.name()::equals).isPresent())
                .toList();
        boolean component = matched.stream()
                .anyMatch(d -> board.drm()
                        .filter(x -> x.components().contains(d.name()))
                        .isPresent());
        return component && drm.isPresent()
                ? componentDriver(planned, site, drm.get(), matched)
                : plainDriver(planned, site, matched);
    }

    private Driver componentDriver(Board.Driver planned, Site site, ExynosDrm drm, List<Board.Device> matched) {
        var hardware = new LinkedHashMap<Device, Master>();
        var suppliers = new LinkedHashMap<Device, Suppliers>();
        matched.forEach(d -> {
            hardware.put(device(d.name()), masters.get(d.name()));
            suppliers.put(device(d.name()), new Suppliers(site.bus(), d.suppliers()));
        });
        return new ComponentDriver(kernel, planned.name(), drm, hardware, suppliers);
    }

    private Driver plainDriver(Board.Driver planned, Site site, List<Board.Device> matched) {
        var suppliers = new LinkedHashMap<String, Suppliers>();
        var hardware = new LinkedHashMap<String, Master>();
        var physical = new TreeSet<String>();
        for (Board.Device d : matched) {
            suppliers.put(d.name(), new Suppliers(site.bus(), d.suppliers()));
            Optional.ofNullable(masters.get(d.name())).ifPresent(master -> hardware.put(d.name(), master));
            d.pci().flatMap(Board.Pci::sriov).ifPresent(_ -> physical.add(d.name()));
        }
        return new PlainDriver(kernel, planned.name(), planned.managesDma(), suppliers, hardware, physical);
    }
}
