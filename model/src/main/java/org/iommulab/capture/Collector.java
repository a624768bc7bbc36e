package org.iommulab.capture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads what a running machine's sysfs says about its IOMMUs, into the form of {@code topology.json}. Needs no rights;
 * what they would add is told.
 */
public final class Collector {
    private static final String GROUPS = "/sys/kernel/iommu_groups";
    private static final String UNITS = "/sys/class/iommu";
    private static final List<String> ATTRIBUTE_FOLDERS = List.of("intel-iommu", "amd-iommu");
    private static final List<String> OTHER_BUSES = List.of("platform", "amba", "fsl-mc");

    /** Where distributions keep the log of the boot, and where a copy may have it. */
    private static final List<String> LOGS = List.of("/dmesg.txt", "/var/log/dmesg");

    private final MachineFiles files;
    private final Optional<String> log;
    private final List<String> notes = new ArrayList<>();

    private Collector(Path root, Optional<String> log) {
        this.files = new MachineFiles(root);
        this.log = log.or(
                () -> LOGS.stream().map(files::text).flatMap(Optional::stream).findFirst());
    }

    /**
     * What was found.
     *
     * @param topology in the form of the file
     * @param notes what is missing and what would help, a line each
     */
    public record Collected(Map<String, Object> topology, List<String> notes) {
        public Collected {
            notes = List.copyOf(notes);
        }
    }

    /**
     * @param root {@code /}, or a copy of a machine's /sys and /proc
     * @param log the kernel log, where the caller could read it
     */
    public static Collected from(Path root, Optional<String> log) {
        return new Collector(root, log).collect();
    }

    private Collected collect() {
        var topology = new LinkedHashMap<String, Object>();
        List<Map<String, Object>> units = units();
        topology.put("iommu_instances", units);
        topology.put("groups", groups());
        List<Map<String, Object>> devices = devices();
        topology.put("devices", devices);
        topology.put("pci_drivers", drivers());
        files.text("/proc/iomem")
                .ifPresent(text -> topology.put("iomem", text.lines().toList()));
        List<String> vfio = files.list("/dev/vfio");
        if (!vfio.isEmpty()) {
            topology.put("vfio", vfio);
        }
        log.ifPresent(text -> topology.put("dmesg", text.lines().toList()));
        var whole = new LinkedHashMap<String, Object>();
        whole.put("meta", meta(units));
        whole.putAll(topology);
        tell(units, devices);
        return new Collected(whole, notes);
    }

    // ---- the machine

    private Map<String, Object> meta(List<Map<String, Object>> units) {
        var meta = new LinkedHashMap<String, Object>();
        Optional<String> version = files.text("/proc/version");
        version.flatMap(Collector::arch).ifPresent(arch -> meta.put("arch", arch));
        meta.put("iommu", kind(units));
        version.ifPresent(text -> meta.put("kernel_version", text));
        files.text("/proc/cmdline").ifPresent(text -> meta.put("kernel_cmdline", text.strip()));
        return meta;
    }

    /** Kernel packages have it in the version's name; where they do not, it is left out. */
    private static Optional<String> arch(String version) {
        if (version.contains("x86") || version.contains("amd64")) {
            return Optional.of("x86");
        }
        return version.contains("arm64") || version.contains("aarch64") ? Optional.of("arm64") : Optional.empty();
    }

    /** By the names that drivers give their units; see the kernel's iommu_device_sysfs_add callers. */
    private static String kind(List<Map<String, Object>> units) {
        String name = units.isEmpty() ? "" : String.valueOf(units.getFirst().get("name"));
        Map<String, String> known = Map.of(
                "dmar", "intel",
                "ivhd", "amd",
                "smmu3.", "smmuv3",
                "smmu.", "smmu",
                "mtk-iommu.", "mtk",
                "msm-smmu.", "msm",
                "apple-dart.", "apple-dart",
                "s390-iommu.", "s390",
                "iommu0", "pamu",
                "riscv-iommu@", "riscv");
        return known.entrySet().stream()
                .filter(each -> name.startsWith(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(name);
    }

    // ---- units and groups

    private List<Map<String, Object>> units() {
        var units = new ArrayList<Map<String, Object>>();
        for (String name : files.list(UNITS)) {
            String path = UNITS + "/" + name;
            var unit = new LinkedHashMap<String, Object>();
            unit.put("name", name);
            var attributes = new TreeMap<String, String>();
            for (String folder : ATTRIBUTE_FOLDERS) {
                for (String file : files.list(path + "/" + folder)) {
                    files.text(path + "/" + folder + "/" + file)
                            .ifPresent(text -> attributes.put(folder + "/" + file, text));
                }
            }
            unit.put("attributes", attributes);
            unit.put("devices", files.list(path + "/devices"));
            files.link(path).ifPresent(target -> unit.put("sysfs_path", target));
            units.add(unit);
        }
        return units;
    }

    private List<Map<String, Object>> groups() {
        var groups = new ArrayList<Map<String, Object>>();
        files.list(GROUPS).stream()
                .filter(name -> name.matches("\\d{1,9}"))
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .forEach(name -> groups.add(group(name)));
        return groups;
    }

    private Map<String, Object> group(String number) {
        String path = GROUPS + "/" + number;
        var group = new LinkedHashMap<String, Object>();
        group.put("id", Integer.parseInt(number));
        group.put("type", files.text(path + "/type").orElse(null));
        files.text(path + "/name").ifPresent(name -> group.put("name", name));
        group.put("devices", files.list(path + "/devices"));
        var regions = new ArrayList<Map<String, Object>>();
        files.text(path + "/reserved_regions").orElse("").lines().forEach(line -> {
            String[] words = line.split(" ");
            if (words.length == 3) {
                regions.add(region(words));
            }
        });
        group.put("reserved_regions", regions);
        return group;
    }

    private static Map<String, Object> region(String[] words) {
        var region = new LinkedHashMap<String, Object>();
        region.put("start", words[0]);
        region.put("end", words[1]);
        region.put("type", words[2]);
        return region;
    }

    // ---- devices

    private List<Map<String, Object>> devices() {
        var devices = new ArrayList<Map<String, Object>>();
        var pci = new PciFiles(files);
        // a name is there once on a bus; what has another's name on another bus is name.0 in a group that they share
        Set<String> names = new LinkedHashSet<>(files.list(PciFiles.DEVICES));
        names.forEach(name -> devices.add(pci.device(name)));
        for (String bus : OTHER_BUSES) {
            String folder = "/sys/bus/" + bus + "/devices";
            files.list(folder).stream()
                    .filter(name -> files.exists(folder + "/" + name + "/iommu_group")
                            || files.exists(folder + "/" + name + "/iommu"))
                    .filter(names::add)
                    .forEach(name -> devices.add(other(bus, folder + "/" + name, name)));
        }
        addFromGroups(devices);
        return devices;
    }

    private Map<String, Object> other(String bus, String path, String name) {
        var device = new LinkedHashMap<String, Object>();
        device.put("name", name);
        device.put("bus", bus);
        files.text(path + "/modalias").ifPresent(text -> device.put("modalias", text));
        files.text(path + "/driver_override").ifPresent(text -> device.put("driver_override", text));
        PciFiles.links(files, path, device);
        return device;
    }

    /** Devices of a group on buses that were not looked at. */
    private void addFromGroups(List<Map<String, Object>> devices) {
        Set<Object> known = new LinkedHashSet<>();
        devices.forEach(device -> known.add(device.get("name")));
        for (String number : files.list(GROUPS)) {
            for (String name : files.list(GROUPS + "/" + number + "/devices")) {
                if (number.matches("\\d{1,9}") && known.add(name)) {
                    var device = new LinkedHashMap<String, Object>();
                    device.put("name", name);
                    device.put("bus", null);
                    PciFiles.links(files, GROUPS + "/" + number + "/devices/" + name, device);
                    device.put("iommu_group", Integer.parseInt(number));
                    devices.add(device);
                }
            }
        }
    }

    private Map<String, Object> drivers() {
        var drivers = new TreeMap<String, Object>();
        for (String driver : files.list("/sys/bus/pci/drivers")) {
            drivers.put(
                    driver,
                    files.list("/sys/bus/pci/drivers/" + driver).stream()
                            .filter(PciFiles::isAddress)
                            .toList());
        }
        return drivers;
    }

    // ---- what is missing

    private void tell(List<Map<String, Object>> units, List<Map<String, Object>> devices) {
        if (!files.exists("/sys")) {
            notes.add("/sys: there is none; nothing can be read here");
            return;
        }
        if (units.isEmpty()) {
            notes.add(UNITS + ": no IOMMU; it may be off in the firmware or on the kernel's command line"
                    + " (intel_iommu=on), or its driver has no sysfs entry");
        }
        if (files.list(GROUPS).isEmpty()) {
            notes.add(GROUPS + ": no group");
        }
        long cut = devices.stream()
                .filter(device ->
                        String.valueOf(device.getOrDefault("config", "")).length() == 2 * PciFiles.WITHOUT_RIGHTS)
                .count();
        if (cut > 0) {
            notes.add("/sys/bus/pci/devices/*/config: only the first 64 bytes of " + cut
                    + " devices; root would add the capabilities (ACS, PCIe type), from which groups can be explained");
        }
        for (String path : List.of("/proc/version", "/proc/cmdline")) {
            if (files.text(path).isEmpty()) {
                notes.add(path + ": not readable");
            }
        }
        if (log.isEmpty()) {
            notes.add("kernel log: not readable; root would add what the drivers said (dmesg)");
        }
        files.forbidden().forEach(path -> notes.add(path + ": not readable; root would add it"));
    }
}
