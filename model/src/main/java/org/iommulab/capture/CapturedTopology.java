package org.iommulab.capture;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's sysfs says about its IOMMUs, as the file has it.
 *
 * @param meta where it was taken
 * @param units {@code /sys/class/iommu}
 * @param groups {@code /sys/kernel/iommu_groups}
 * @param devices PCI and other devices, with and without a group
 * @param iomem lines of {@code /proc/iomem}
 * @param dmesg lines of the kernel log
 */
public record CapturedTopology(
        Meta meta,
        @JsonProperty("iommu_instances") List<Unit> units,
        @Nullable List<Group> groups,
        List<Device> devices,
        @Nullable List<String> iomem,
        @Nullable List<String> dmesg) {

    public CapturedTopology {
        units = List.copyOf(units);
        groups = groups == null ? List.of() : List.copyOf(groups);
        devices = List.copyOf(devices);
        iomem = iomem == null ? List.of() : List.copyOf(iomem);
        dmesg = dmesg == null ? List.of() : List.copyOf(dmesg);
    }

    /** Empty where the file tells of none. */
    @Override
    public List<Group> groups() {
        return groups == null ? List.of() : groups;
    }

    /** Empty where the file has none. */
    @Override
    public List<String> iomem() {
        return iomem == null ? List.of() : iomem;
    }

    /** Empty where the file has none. */
    @Override
    public List<String> dmesg() {
        return dmesg == null ? List.of() : dmesg;
    }

    /** The same machine with other groups. */
    public CapturedTopology with(List<Group> newGroups) {
        return new CapturedTopology(meta, units, newGroups, devices, iomem, dmesg);
    }

    /**
     * @param kernelVersion {@code /proc/version}
     * @param commandLine {@code /proc/cmdline}
     */
    public record Meta(
            @Nullable String arch,
            @JsonProperty("kernel_version") @Nullable String kernelVersion,
            @JsonProperty("kernel_cmdline") @Nullable String commandLine) {}

    /**
     * @param name {@code dmar0}
     * @param path where its link in sysfs leads
     * @param attributes the files below it, as text
     * @param devices names of the devices that it serves
     */
    public record Unit(
            String name,
            @JsonProperty("sysfs_path") @Nullable String path,
            @Nullable Map<String, String> attributes,
            @Nullable List<String> devices) {
        public Unit {
            attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
            devices = devices == null ? List.of() : List.copyOf(devices);
        }

        @Override
        public Map<String, String> attributes() {
            return attributes == null ? Map.of() : attributes;
        }

        @Override
        public List<String> devices() {
            return devices == null ? List.of() : devices;
        }
    }

    /**
     * @param type type of the default domain, in the kernel's word: {@code DMA}, {@code DMA-FQ}, {@code identity}, ...
     * @param name that few groups have
     * @param devices names of its devices
     * @param regions lines of {@code reserved_regions}
     */
    public record Group(
            int id,
            @Nullable String type,
            @Nullable String name,
            List<String> devices,
            @JsonProperty("reserved_regions") @Nullable List<Region> regions) {
        public Group {
            devices = List.copyOf(devices);
            regions = regions == null ? List.of() : List.copyOf(regions);
        }

        /** Empty where the file tells of none. */
        @Override
        public List<Region> regions() {
            return regions == null ? List.of() : regions;
        }
    }

    /**
     * IOVAs that a group cannot use.
     *
     * @param end the last one
     * @param type in the kernel's word: {@code direct}, {@code direct-relaxable}, {@code reserved}, {@code msi}
     */
    public record Region(String start, String end, String type) {
        /** {@code 0xfee00000 to 0xfeefffff, msi}. */
        public String words() {
            return range() + ", " + type;
        }

        /** {@code 0xfee00000 to 0xfeefffff}. */
        public String range() {
            return shorter(start) + " to " + shorter(end);
        }

        private static String shorter(String hex) {
            return hex.replaceFirst("^0x0+(?=.)", "0x");
        }
    }

    /**
     * @param name PCI address or platform name
     * @param vendor of a PCI function, {@code 0x8086}
     * @param productId of a PCI function, the file's {@code device}: {@code 0x10d3}
     * @param deviceClass PCI class code, {@code 0x010802}
     * @param driver the bound driver
     * @param group number of its group
     * @param unit name of the IOMMU that serves it
     * @param secondaryBus of a bridge, decimal
     * @param config configuration space in hexadecimal: 64 bytes without rights, else 256 or 4096
     * @param pci what a collector found in configuration space
     */
    public record Device(
            String name,
            @Nullable String bus,
            @Nullable String vendor,
            @JsonProperty("device") @Nullable String productId,
            @JsonProperty("class") @Nullable String deviceClass,
            @Nullable String driver,
            @JsonProperty("iommu_group") @Nullable Integer group,
            @JsonProperty("iommu") @Nullable String unit,
            @JsonProperty("secondary_bus_number") @Nullable String secondaryBus,

            @JsonProperty("subordinate_bus_number") @Nullable
            String subordinateBus,

            @Nullable String config,
            @Nullable Pci pci) {
        /** One of which only its name and its group are known. */
        static Device named(String name, int group) {
            return new Device(name, null, null, null, null, null, group, null, null, null, null, null);
        }

        /** What it is, in words: {@code network}; empty when its class is none of the usual ones. */
        public String kind() {
            return deviceClass == null ? "" : PciClass.words(deviceClass);
        }
    }

    /**
     * @param type device and port type of the PCI Express capability; none for a conventional function
     * @param acsCapability the ACS capability register, {@code 0x005f}
     * @param acsControl the ACS control register
     */
    public record Pci(
            @Nullable Boolean multifunction,
            @JsonProperty("header_type") @Nullable Integer headerType,
            @JsonProperty("pcie_type") @Nullable Integer type,
            @JsonProperty("acs_cap") @Nullable String acsCapability,
            @JsonProperty("acs_ctrl") @Nullable String acsControl) {}

    public Optional<Device> device(String name) {
        return devices.stream().filter(d -> d.name().equals(name)).findFirst();
    }

    /** The group of a device, as the groups have it. */
    public Optional<Group> groupOf(String device) {
        return groups().stream().filter(g -> g.devices().contains(device)).findFirst();
    }
}
