package org.iommulab.capture.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.LspciReader;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.TopologyReader;
import org.iommulab.kernel.Version;

/**
 * A captured machine: the one file that {@code iommulab capture} writes, or a folder in which the parts lie side by side
 * ({@code topology.json} with {@code lspci-xxxx.txt}, {@code iomem.txt}, {@code dmesg.txt}).
 *
 * @param file the topology
 * @param functions configuration space of each PCI function
 * @param cut functions of which only the header was readable, or not even that: nothing is known of their capabilities
 * @param release {@code 6.1.0-56-amd64}; empty where the file does not say
 * @param commandLine of the kernel
 * @param arm64 whether it is an ARM machine of 64 bits
 * @param iomem lines of {@code /proc/iomem}
 * @param log lines of the kernel log
 */
public record MachineFile(
        Path file,
        CapturedTopology topology,
        Map<PciAddress, ConfigSpace> functions,
        Set<String> cut,
        String release,
        String commandLine,
        boolean arm64,
        List<String> iomem,
        List<String> log) {
    private static final String TOPOLOGY = "topology.json";
    private static final String TOPOLOGY_MARK = "\"iommu_instances\"";

    /** Bytes; a large server's, with configuration space, has one or two million. */
    private static final int LONGEST_TOPOLOGY = 64 << 20;

    private static final Pattern KERNEL = Pattern.compile("Linux version (\\S+)");
    private static final Pattern COMMAND_LINE = Pattern.compile("(?m)^cmdline: *(.*)$");
    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

    public MachineFile {
        functions = Map.copyOf(functions);
        cut = Set.copyOf(cut);
        iomem = List.copyOf(iomem);
        log = List.copyOf(log);
    }

    /**
     * @param path the file, or the folder
     * @throws IOException when it is no captured machine; the message says what is wrong and where
     */
    public static MachineFile read(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve(TOPOLOGY) : path;
        if (!Files.exists(file)) {
            throw new TopologyReader.BadTopology(
                    Files.isDirectory(path)
                            ? path + ": holds no captured machine: there is no " + TOPOLOGY + " in it"
                            : path + ": there is no such file");
        }
        CapturedTopology topology = TopologyReader.read(file);
        String beside = text(file, "capture.txt");
        String version = Optional.ofNullable(topology.meta())
                .map(CapturedTopology.Meta::kernelVersion)
                .orElse(beside);
        Matcher release = KERNEL.matcher(version);
        Matcher line = COMMAND_LINE.matcher(beside);
        var functions = new LinkedHashMap<PciAddress, ConfigSpace>();
        var cut = new TreeSet<String>();
        spaces(file, topology, functions, cut);
        return new MachineFile(
                file,
                topology,
                functions,
                cut,
                release.find() ? release.group(1) : "",
                Optional.ofNullable(topology.meta())
                        .map(CapturedTopology.Meta::commandLine)
                        .orElseGet(() -> line.find() ? line.group(1).strip() : ""),
                isArm64(topology, version),
                orBeside(topology.iomem(), file, "iomem.txt"),
                orBeside(topology.dmesg(), file, "dmesg.txt"));
    }

    /** Whether a file looks like a topology, without reading it as one. */
    public static boolean isTopology(Path file) throws IOException {
        return Files.size(file) <= LONGEST_TOPOLOGY && Files.readString(file).contains(TOPOLOGY_MARK);
    }

    /** Whether it is a folder with a topology in it. */
    public static boolean isFolderOfOne(Path path) {
        return Files.isDirectory(path) && Files.exists(path.resolve(TOPOLOGY));
    }

    private static void spaces(
            Path file, CapturedTopology topology, Map<PciAddress, ConfigSpace> functions, Set<String> cut)
            throws IOException {
        Path lspci = file.resolveSibling("lspci-xxxx.txt");
        Map<PciAddress, ConfigSpace> listed = Files.isRegularFile(lspci) ? LspciReader.read(lspci) : Map.of();
        int index = 0;
        for (CapturedTopology.Device device : topology.devices()) {
            Optional<PciAddress> address = PciAddress.parse(device.name());
            if (address.isPresent()) {
                var fields = new ConfigFields(device, file.getFileName() + ": /devices/" + index);
                Optional<ConfigSpace> own = fields.config();
                functions.put(
                        address.get(),
                        own.or(() -> Optional.ofNullable(listed.get(address.get())))
                                .orElseGet(() -> fields.made(address.get(), isNotAlone(topology, address.get()))));
                boolean nothing = own.isEmpty() && !listed.containsKey(address.get()) && device.pci() == null;
                if (own.isPresent() && fields.isCut() || nothing) {
                    cut.add(device.name());
                }
            }
            index++;
        }
    }

    private static boolean isNotAlone(CapturedTopology topology, PciAddress address) {
        return topology.devices().stream()
                .flatMap(device -> PciAddress.parse(device.name()).stream())
                .anyMatch(other -> other.inSlotOf(address) && !other.equals(address));
    }

    private static String text(Path file, String name) throws IOException {
        Path beside = file.resolveSibling(name);
        return Files.isRegularFile(beside) ? Files.readString(beside) : "";
    }

    private static List<String> orBeside(List<String> own, Path file, String name) throws IOException {
        return own.isEmpty() ? text(file, name).lines().toList() : own;
    }

    // The names of IOMMUs tell it where the kernel's version does not.
    private static boolean isArm64(CapturedTopology topology, String version) {
        String arch = Optional.ofNullable(topology.meta())
                .map(CapturedTopology.Meta::arch)
                .orElse("");
        return arch.equals("arm64")
                || version.contains("arm64")
                || version.contains("aarch64")
                || topology.units().stream().anyMatch(unit -> unit.name().startsWith("smmu"));
    }

    /** What to call it: its folder, where the file has the usual name. */
    public String name() {
        Path folder = file.toAbsolutePath().normalize().getParent();
        boolean usual = String.valueOf(file.getFileName()).equals(TOPOLOGY);
        return String.valueOf(usual && folder != null ? folder.getFileName() : file.getFileName());
    }

    /** The latest release that the lab has and that is not newer than the machine's; its oldest for anything older. */
    public Version nearest() {
        return Arrays.stream(Version.values())
                .filter(known -> number(known.text()) <= number(release))
                .reduce((first, second) -> second)
                .orElse(Version.values()[0]);
    }

    /** Major and minor number in one; 0 when the release is not known. */
    static int number(String release) {
        Matcher numbers = NUMBERS.matcher(release);
        return numbers.matches() ? Integer.parseInt(numbers.group(1)) * 1000 + Integer.parseInt(numbers.group(2)) : 0;
    }

    /** Which kernel the machine ran and which one the lab plays for it, in words. */
    public String kernelWords() {
        if (number(release) == 0) {
            return "the file does not say which kernel the machine ran; the lab plays " + nearest();
        }
        boolean same = number(release) == number(nearest().text());
        return "the machine ran " + release + "; the lab plays " + nearest()
                + (same ? "" : ", the nearest that it has");
    }
}
