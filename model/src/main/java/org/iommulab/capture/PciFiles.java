package org.iommulab.capture;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.iommulab.bus.pci.Capability;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.ExtendedCapability;
import org.iommulab.bus.pci.StandardCapability;

/** What sysfs says about a PCI function (drivers/pci/pci-sysfs.c). */
final class PciFiles {
    static final String DEVICES = "/sys/bus/pci/devices";
    /** How much of configuration space a user without rights can read: the header. */
    static final int WITHOUT_RIGHTS = 64;

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    private static final Pattern ROOT_BUS = Pattern.compile("pci[0-9a-f]{4,8}:[0-9a-f]{2}");
    private static final List<String> IDS =
            List.of("vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device", "modalias");
    private static final List<String> OTHERS = List.of(
            "dma_mask_bits",
            "consistent_dma_mask_bits",
            "numa_node",
            "msi_bus",
            "ari_enabled",
            "secondary_bus_number",
            "subordinate_bus_number",
            "sriov_totalvfs",
            "sriov_numvfs",
            "sriov_offset",
            "sriov_stride",
            "d3cold_allowed",
            "waiting_for_supplier");
    /** PCI Express device and port types by their number, as a topology spells them. */
    private static final Map<Integer, String> TYPES = Map.of(
            0, "endpoint",
            1, "legacy-endpoint",
            4, "root-port",
            5, "upstream-port",
            6, "downstream-port",
            7, "pcie-to-pci-bridge",
            8, "pci-to-pcie-bridge",
            9, "rc-integrated-endpoint",
            10, "rc-event-collector");

    private final MachineFiles files;

    PciFiles(MachineFiles files) {
        this.files = files;
    }

    static boolean isAddress(String name) {
        return ADDRESS.matcher(name).matches();
    }

    /** Driver, group and unit: what a device's links point at; null for a link that is not there. */
    static void links(MachineFiles files, String path, Map<String, Object> device) {
        device.put("driver", files.linkName(path + "/driver").orElse(null));
        device.put(
                "iommu_group",
                files.linkName(path + "/iommu_group")
                        .filter(name -> name.matches("\\d{1,9}"))
                        .map(Integer::valueOf)
                        .orElse(null));
        device.put("iommu", files.linkName(path + "/iommu").orElse(null));
    }

    Map<String, Object> device(String name) {
        String path = DEVICES + "/" + name;
        var device = new LinkedHashMap<String, Object>();
        device.put("name", name);
        device.put("bus", "pci");
        place(path, device);
        IDS.forEach(file -> text(path, file, device));
        text(path, "driver_override", device);
        links(files, path, device);
        OTHERS.forEach(file -> text(path, file, device));
        files.linkName(path + "/physfn").ifPresent(function -> device.put("physfn", function));
        files.bytes(path + "/config").ifPresent(bytes -> config(bytes, device));
        return device;
    }

    private void text(String path, String file, Map<String, Object> device) {
        files.text(path + "/" + file).ifPresent(text -> device.put(file, text));
    }

    /** The target of the link is the place in the tree: bridges stand above what is behind them. */
    private void place(String path, Map<String, Object> device) {
        Optional<String> target = files.link(path);
        if (target.isEmpty()) {
            device.put("parent", null);
            return;
        }
        String parent = null;
        String rootBus = null;
        String[] parts = target.get().split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            if (isAddress(parts[i])) {
                parent = parts[i];
            } else if (ROOT_BUS.matcher(parts[i]).matches()) {
                rootBus = parts[i];
            }
        }
        device.put("parent", parent);
        device.put("root_bus", rootBus);
    }

    private static void config(byte[] bytes, Map<String, Object> device) {
        device.put("config", HexFormat.of().formatHex(bytes));
        if (bytes.length < WITHOUT_RIGHTS || bytes.length > ConfigSpace.EXTENDED_SIZE) {
            return;
        }
        ConfigSpace space = ConfigSpace.of(bytes);
        var pci = new LinkedHashMap<String, Object>();
        pci.put("multifunction", space.multifunctionBit());
        pci.put("header_type", space.headerType());
        if (bytes.length > WITHOUT_RIGHTS) {
            capabilities(space, pci);
        }
        device.put("pci", pci);
    }

    private static void capabilities(ConfigSpace space, Map<String, Object> pci) {
        List<Capability> standard = space.capabilities();
        if (!standard.isEmpty()) {
            pci.put("caps", standard.stream().map(c -> "%02x".formatted(c.id())).toList());
        }
        OptionalInt express = space.find(StandardCapability.EXPRESS);
        if (express.isPresent()) {
            int type = space.read16(express.getAsInt() + 2) >>> 4 & 0xf;
            pci.put("pcie_type", type);
            pci.put("pcie_type_name", TYPES.getOrDefault(type, "type-" + type));
            pci.put(
                    "ext_caps",
                    space.extendedCapabilities().stream()
                            .map(c -> "%04x".formatted(c.id()))
                            .toList());
        }
        space.find(ExtendedCapability.ACS).ifPresent(at -> {
            pci.put("acs_cap", "0x%04x".formatted(space.read16(at + 4)));
            pci.put("acs_ctrl", "0x%04x".formatted(space.read16(at + 6)));
        });
    }
}
