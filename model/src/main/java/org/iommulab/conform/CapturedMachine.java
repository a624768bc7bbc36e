package org.iommulab.conform;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.iommulab.backend.Backend;
import org.iommulab.board.Board;
import org.iommulab.board.Registry;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.IommuSpec;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciFirmware;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciHardware;
import org.iommulab.bus.pci.PciHost;
import org.iommulab.bus.pci.PciType;
import org.iommulab.capture.PciClass;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;
import org.iommulab.user.VfioDriver;

/** A captured machine, built anew: its functions on their buses, its IOMMUs, its kernel, and drivers by their names. */
public final class CapturedMachine {
    /** Drivers that are part of Debian's kernel images and so are there from the start. */
    private static final List<String> BUILT_IN = List.of("pcieport", "shpchp");

    /**
     * Built in from 6.12 on (CONFIG_VIRTIO_PCI=y of Debian's linux-config-6.12, m in 6.1's): a virtio function joins its
     * group before the first module is loaded. For other kernels than those it is a guess.
     */
    private static final String BUILT_IN_LATER = "virtio-pci";

    /** Modules in the order in which the experiment's init loads them; others come after, in the order of the devices. */
    private static final List<String> MODULES = List.of(
            "nvme",
            "e1000",
            "e1000e",
            "ahci",
            "virtio-pci",
            "virtio_blk",
            "virtio_net",
            "i801_smbus",
            "lpc_ich",
            "xhci_hcd");

    private final CapturedFacts facts;
    private final Machine machine;
    private final World world;
    private final PciHost host;
    private final Map<String, String> unitDevices;
    private final Map<String, Driver> drivers = new LinkedHashMap<>();
    private final Map<Device, DmaMaster> ports = new HashMap<>();
    private final boolean deviceTree;
    private final boolean everyFunction;
    private boolean vfioLoaded;

    private CapturedMachine(CapturedFacts facts, CapturedBoard captured) {
        this.facts = facts;
        this.unitDevices = captured.unitDevices();
        this.machine = Machine.recording();
        KernelBuild build = KernelBuild.of(facts.text().version())
                .withCommandLine(facts.text().commandLine());
        this.world = WorldBuilder.build(captured.board(), build, machine);
        this.deviceTree = captured.hasDeviceTree();
        this.everyFunction = captured.isReadAtBind();
        this.host = new PciHost(
                world.kernel(),
                world.bus(),
                new PciHardware(machine, facts.functions()),
                new PciFirmware(deviceTree, this::iommusOf, CapturedMachine::title, this::appeared));
        if (!deviceTree) {
            world.bus().pciSettings().requestAcs();
        }
        Set<String> withVfs = facts.driversWithVirtualFunctions();
        facts.idsOfDrivers()
                .forEach((name, ids) -> drivers.put(name, new HostDriver(machine, name, ids, withVfs.contains(name))));
        drivers.computeIfAbsent("shpchp", name -> new HostDriver(machine, name, Set.of()));
        world.backends().forEach(room -> room.otherDrivers().forEach(driver -> drivers.put(driver.name(), driver)));
        drivers.put("pci-stub", new HostDriver(machine, "pci-stub", Set.of()));
        drivers.put(VfioDriver.PCI, new VfioDriver(world.kernel(), VfioDriver.PCI, world.vfio()));
    }

    /**
     * Builds the machine of a capture.
     *
     * @throws BadCapture when a file is missing or says what the lab cannot build
     */
    static CapturedMachine of(CaptureFolder folder) throws IOException {
        CapturedFacts facts = CapturedFacts.read(folder);
        return new CapturedMachine(facts, CapturedBoard.of(folder.name(), folder.file("topology.json"), facts, false));
    }

    /**
     * Builds the machine of a captured file.
     *
     * @param patched whether its kernel has the patch that lets ACS be overridden
     * @throws BadCapture when the file says what the lab cannot build
     */
    public static CapturedMachine of(MachineFile file, String commandLine, boolean patched) throws IOException {
        CapturedFacts facts = FileFacts.of(file, commandLine);
        return new CapturedMachine(facts, CapturedBoard.of(file.name(), file.file(), facts, patched));
    }

    private static String title(PciFunction function) {
        String kind = PciClass.words("0x%06x".formatted(function.found().classCode()));
        return kind.isEmpty() ? HostDriver.ids(function) : kind;
    }

    // ---- firmware

    /**
     * The IOMMU of a requester id: the one that the machine shows for the function, or the only one there is; none for
     * a function that is an IOMMU itself (viot_dev_iommu_init, and the hole that QEMU leaves in an iommu-map).
     */
    private List<IommuSpec> iommusOf(PciAddress address) {
        if (unitDevices.containsValue(address.toString())) {
            return List.of();
        }
        Optional<String> shown =
                Optional.ofNullable(facts.behind().get(address.toString())).map(unitDevices::get);
        return shown.or(() -> everyFunction ? unitDevices.values().stream().findFirst() : Optional.empty())
                .map(unit -> List.of(new IommuSpec(unit, List.of(address.requesterId()))))
                .orElse(List.of());
    }

    private void appeared(Device device) {
        Optional<IommuUnit> unit = device.iommus().stream()
                .flatMap(spec -> world.units().entrySet().stream()
                        .filter(entry -> entry.getKey().label().equals(spec.unit())))
                .map(Map.Entry::getValue)
                .findFirst();
        List<Integer> cells =
                device.iommus().stream().flatMap(spec -> spec.cells().stream()).toList();
        var port =
                new DmaMaster(machine, device.label(), unit, cells, world.site().memory(), world.doorbell());
        ports.put(device, port);
        world.plugIn(port);
    }

    /** Whether each scan gives out bus numbers anew, so that functions can be found a second time elsewhere. */
    boolean givesOutBusNumbers() {
        return deviceTree;
    }

    /** Whether a function is a port of the root complex. */
    boolean isRootPort(String name) {
        return device(name)
                .flatMap(Device::pci)
                .filter(function -> function.type() == PciType.ROOT_PORT)
                .isPresent();
    }

    // ---- what happens on it

    public Machine machine() {
        return machine;
    }

    public World world() {
        return world;
    }

    /** From power-on to where the experiment's init has loaded its modules. */
    public void boot() {
        world.core().subsysInit();
        for (Board.Unit unit : world.board().units()) {
            if (Registry.backend(unit.type()).filter(Backend::isPlatformDevice).isPresent()) {
                world.bus().add(Objects.requireNonNull(world.devices().get(unit.name())));
            }
        }
        // on arm64 functions wait for their IOMMU's driver, and have it in the order in which they were found
        BUILT_IN.forEach(this::modprobe);
        if (world.kernel().config("ARM64") && world.kernel().since(Version.V6_12)) {
            modprobe(BUILT_IN_LATER);
        }
        host.scan();
        // on x86 IOMMUs are started (rootfs_initcall) before drivers that are built in
        registerUnitDrivers(false);
        if (world.kernel().since(Version.V6_12)) {
            modprobe(BUILT_IN_LATER);
        }
        registerUnitDrivers(true);
        world.kernel().work().drain();
        MODULES.forEach(this::modprobe);
        drivers.keySet().stream()
                .filter(name -> !name.equals("pci-stub") && !name.equals(VfioDriver.PCI))
                .forEach(this::modprobe);
        world.kernel().work().drain();
    }

    private void registerUnitDrivers(boolean modules) {
        List<String> later = Registry.backends().stream()
                .filter(Backend::isInViot)
                .flatMap(backend -> backend.unitDrivers().stream())
                .toList();
        for (Board.Driver driver : world.board().drivers()) {
            if (later.contains(driver.name()) == modules) {
                world.bus().register(Objects.requireNonNull(world.drivers().get(driver.name())));
            }
        }
    }

    /**
     * Loads a module; one that the lab has no driver for, or that is there already, changes nothing. With any of VFIO's
     * comes vfio itself and its back end (MODULE_SOFTDEP).
     */
    void modprobe(String module) {
        vfioLoaded |= module.startsWith("vfio");
        Driver driver = drivers.get(module);
        if (driver != null && !world.bus().isRegistered(driver)) {
            world.bus().register(driver);
        }
    }

    void sleep(long milliseconds) {
        world.kernel().timers().advance(milliseconds);
        world.kernel().work().drain();
    }

    /** Whether there is a file of VFIO's containers. */
    boolean hasVfio() {
        return vfioLoaded;
    }

    /** The device of that name as it is there now. */
    public Optional<Device> device(String name) {
        return host.find(name);
    }

    /** The address of the n-th function with these ids, in the order of the addresses as text. */
    Optional<String> address(String ids, int index) {
        return host.functions().stream()
                .filter(device ->
                        device.pci().map(HostDriver::ids).filter(ids::equals).isPresent())
                .map(Device::label)
                .sorted()
                .skip(index)
                .findFirst();
    }

    long remove(String name) {
        return device(name).map(host::remove).orElse((long) Errno.ENOENT.negative());
    }

    long rescan() {
        return host.rescan();
    }

    /** Physical functions that had virtual ones when the machine was captured, and how many. None is there after the boot. */
    public Map<String, Integer> capturedVirtualFunctions() {
        var counts = new LinkedHashMap<String, Integer>();
        facts.virtualFunctions().forEach((physical, count) -> counts.put(physical.toString(), count));
        return counts;
    }

    /** {@code sriov_numvfs}: 0 or a negative errno. */
    public long setVirtualFunctions(String name, String value) {
        Optional<Device> device = device(name);
        if (device.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        return value.matches("\\d{1,5}")
                ? host.sriovNumvfs(device.get(), Integer.parseInt(value))
                : Errno.EINVAL.negative();
    }

    /** {@code sriov_drivers_autoprobe}. */
    long setVirtualFunctionsAutoprobe(String name, String value) {
        Optional<Device> device = device(name).filter(host::isPhysicalFunction);
        device.flatMap(Device::pci).ifPresent(f -> f.vfDriversAutoprobe().set(!value.equals("0")));
        return device.isPresent() ? 0 : Errno.ENOENT.negative();
    }

    /** A plain attribute of a function. */
    Optional<String> attribute(Device device, String name) {
        return device.pci()
                .flatMap(function -> Optional.ofNullable(
                        switch (name) {
                            case "vendor" -> "0x%04x".formatted(function.found().vendor());
                            case "device" -> "0x%04x".formatted(function.found().device());
                            case "class" -> "0x%06x".formatted(function.found().classCode());
                            case "revision" ->
                                "0x%02x".formatted(function.found().revision());
                            default -> null;
                        }));
    }

    /**
     * The device reads RAM or writes it, at addresses as it sees them, four bytes at a time.
     *
     * @return how many bytes went through
     */
    public long access(Device device, boolean write, long address, long bytes) {
        DmaMaster port = ports.get(device);
        long through = 0;
        for (long at = address; port != null && at < address + bytes; at += 4) {
            Reply reply = write ? port.write32(at, (int) at) : port.read32(at);
            through += reply instanceof Reply.Done ? 4 : 0;
        }
        return through;
    }
}
