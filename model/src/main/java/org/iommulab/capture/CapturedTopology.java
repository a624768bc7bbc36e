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
 */
public record CapturedTopology(
        Meta meta,
        @JsonProperty("iommu_instances") List<Unit> units,
        @Nullable List<Group> groups,
        List<Device> devices) {

    public CapturedTopology {
        units = List.copyOf(units);
        groups = groups == null ? List.of() : List.copyOf(groups);
        devices = List.copyOf(devices);
    }

    /** Empty where the file tells of none. */
    @Override
    public List<Group> groups() {
        return groups == null ? List.of() : groups;
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
            Map<String, String> attributes,
            List<String> devices) {
        public Unit {
            attributes = Map.copyOf(attributes);
            devices = List.copyOf(devices);
        }
    }

    /**
     * @param type type of the default domain, in the kernel's word: {@code DMA}, {@code DMA-FQ}, {@code identity}, ...
     * @param devices names of its devices
     */
    public record Group(int id, @Nullable String type, List<String> devices) {
        public Group {
            devices = List.copyOf(devices);
        }
    }

    /**
     * @param name PCI address or platform name
     * @param deviceClass PCI class code, {@code 0x010802}
     * @param driver the bound driver
     * @param group number of its group
     * @param unit name of the IOMMU that serves it
     */
    public record Device(
            String name,
            @Nullable String bus,
            @JsonProperty("class") @Nullable String deviceClass,
            @Nullable String driver,
            @JsonProperty("iommu_group") @Nullable Integer group,
            @JsonProperty("iommu") @Nullable String unit) {}

    Optional<Device> device(String name) {
        return devices.stream().filter(d -> d.name().equals(name)).findFirst();
    }
}
