package org.iommulab.backend.virtio;

import java.util.Optional;
import org.iommulab.memory.PhysicalMemory;

/** A request as the driver means it, and as bytes in memory ({@code struct virtio_iommu_req_...}). */
sealed interface ViommuRequest {
    int DOMAIN = 4;
    int ENDPOINT = 8;
    int FLAGS = 12;
    int VIRT_START = 8;
    int VIRT_END = 16;
    int PHYS_START = 24;
    int MAP_FLAGS = 32;
    int PROBE_ENDPOINT = 4;

    /** @param flags {@link ViommuLayout#ATTACH_BYPASS} */
    record Attach(int domain, int endpoint, int flags) implements ViommuRequest {}

    record Detach(int domain, int endpoint) implements ViommuRequest {}

    /** @param end last input address */
    record Map(int domain, long start, long end, long physical, int flags) implements ViommuRequest {}

    /** @param end last input address */
    record Unmap(int domain, long start, long end) implements ViommuRequest {}

    /** @param size bytes for the properties */
    record Probe(int endpoint, int size) implements ViommuRequest {}

    /** Its type, as the first byte has it. */
    default int type() {
        return switch (this) {
            case Attach _ -> ViommuLayout.T_ATTACH;
            case Detach _ -> ViommuLayout.T_DETACH;
            case Map _ -> ViommuLayout.T_MAP;
            case Unmap _ -> ViommuLayout.T_UNMAP;
            case Probe _ -> ViommuLayout.T_PROBE;
        };
    }

    /** The kernel's name of the type. */
    default String name() {
        return switch (this) {
            case Attach _ -> "VIRTIO_IOMMU_T_ATTACH";
            case Detach _ -> "VIRTIO_IOMMU_T_DETACH";
            case Map _ -> "VIRTIO_IOMMU_T_MAP";
            case Unmap _ -> "VIRTIO_IOMMU_T_UNMAP";
            case Probe _ -> "VIRTIO_IOMMU_T_PROBE";
        };
    }

    /** Bytes that the device reads. */
    default int readable() {
        return readable(type()).orElseThrow();
    }

    private static Optional<Integer> readable(int type) {
        return switch (type) {
            case ViommuLayout.T_ATTACH, ViommuLayout.T_DETACH -> Optional.of(20);
            case ViommuLayout.T_MAP -> Optional.of(36);
            case ViommuLayout.T_UNMAP -> Optional.of(28);
            case ViommuLayout.T_PROBE -> Optional.of(72);
            default -> Optional.empty();
        };
    }

    /** Bytes behind those, which the device writes: the properties of a probe, and the tail. */
    default int writable() {
        return this instanceof Probe probe ? probe.size() + ViommuLayout.TAIL_BYTES : ViommuLayout.TAIL_BYTES;
    }

    default int bytes() {
        return readable() + writable();
    }

    /** Writes all of it; what the device is to write is cleared, up to the next multiple of 8. */
    default void writeTo(PhysicalMemory memory, long address) {
        memory.clear(address, bytes() + 7 & -8);
        memory.write32(address, type());
        switch (this) {
            case Attach(int domain, int endpoint, int flags) -> {
                memory.write32(address + DOMAIN, domain);
                memory.write32(address + ENDPOINT, endpoint);
                memory.write32(address + FLAGS, flags);
            }
            case Detach(int domain, int endpoint) -> {
                memory.write32(address + DOMAIN, domain);
                memory.write32(address + ENDPOINT, endpoint);
            }
            case Map(int domain, long start, long end, long physical, int flags) -> {
                memory.write32(address + DOMAIN, domain);
                memory.write64(address + VIRT_START, start);
                memory.write64(address + VIRT_END, end);
                memory.write64(address + PHYS_START, physical);
                memory.write32(address + MAP_FLAGS, flags);
            }
            case Unmap(int domain, long start, long end) -> {
                memory.write32(address + DOMAIN, domain);
                memory.write64(address + VIRT_START, start);
                memory.write64(address + VIRT_END, end);
            }
            case Probe(int endpoint, int _) -> memory.write32(address + PROBE_ENDPOINT, endpoint);
        }
    }

    /**
     * Reads what a device finds; empty for a type that there is not, or when there are fewer bytes than it has.
     *
     * @param length bytes that the device may read
     * @param probeSize as the configuration says it
     */
    static Optional<ViommuRequest> read(PhysicalMemory memory, long address, int length, int probeSize) {
        int type = memory.read32(address) & 0xff;
        if (readable(type).filter(bytes -> length >= bytes).isEmpty()) {
            return Optional.empty();
        }
        int domain = memory.read32(address + DOMAIN);
        return Optional.of(
                switch (type) {
                    case ViommuLayout.T_ATTACH ->
                        new Attach(domain, memory.read32(address + ENDPOINT), memory.read32(address + FLAGS));
                    case ViommuLayout.T_DETACH -> new Detach(domain, memory.read32(address + ENDPOINT));
                    case ViommuLayout.T_MAP ->
                        new Map(
                                domain,
                                memory.read64(address + VIRT_START),
                                memory.read64(address + VIRT_END),
                                memory.read64(address + PHYS_START),
                                memory.read32(address + MAP_FLAGS));
                    case ViommuLayout.T_UNMAP ->
                        new Unmap(domain, memory.read64(address + VIRT_START), memory.read64(address + VIRT_END));
                    default -> new Probe(memory.read32(address + PROBE_ENDPOINT), probeSize);
                });
    }
}
