package org.iommulab.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.kernel.Version;

/**
 * An IOMMU of a running machine, as sysfs shows it: a folder below /sys/class/iommu.
 *
 * @param name its name there: {@code dmar0}, {@code ivhd0}, {@code smmu3.0x0000000009050000}
 * @param path where the link leads to, which names the device it hangs on; empty when it is not known
 * @param attributes its files by their path below the folder: {@code intel-iommu/cap}
 * @param kernel the lab's release for the machine's kernel: what the files say differs
 * @param served where there are several of its kind, the functions that hang on it, those below a bridge that hangs
 *     on it, too, last; empty where it is the only one
 * @param ids where there are several of its kind, the requester ids that are its business, as far as functions show it
 */
public record SysfsInstance(
        String name,
        String path,
        Map<String, String> attributes,
        Version kernel,
        List<PciAddress> served,
        List<IdRange> ids) {
    public SysfsInstance {
        attributes = Map.copyOf(attributes);
        served = List.copyOf(served);
        ids = List.copyOf(ids);
    }

    /** The only one of its kind. */
    public SysfsInstance(String name, String path, Map<String, String> attributes, Version kernel) {
        this(name, path, attributes, kernel, List.of(), List.of());
    }

    /** One of several. */
    public SysfsInstance serving(List<PciAddress> functions, List<IdRange> requesterIds) {
        return new SysfsInstance(name, path, attributes, kernel, functions, requesterIds);
    }

    /**
     * The unit that a room makes of it.
     *
     * @param device the kernel's name of the unit's device
     * @param registers physical address of its registers, 0 where nothing says it
     * @param properties as a board gives them
     */
    public record Unit(String device, long registers, Map<String, Long> properties) {
        public Unit {
            properties = Map.copyOf(properties);
        }
    }

    /** The device that it hangs on: the part of the path before {@code /iommu/}. */
    public Optional<String> hangsOn() {
        int end = path.indexOf("/iommu/");
        return end < 0 ? Optional.empty() : Optional.of(path.substring(path.lastIndexOf('/', end - 1) + 1, end));
    }

    /** An attribute that is a hexadecimal number. */
    public Optional<Long> hex(String attribute) {
        try {
            return Optional.ofNullable(attributes.get(attribute))
                    .map(text -> Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
