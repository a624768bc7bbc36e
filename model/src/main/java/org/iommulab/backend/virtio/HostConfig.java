package org.iommulab.backend.virtio;

/**
 * What a host offers.
 *
 * @param features a bit for each
 * @param pageSizes {@code page_size_mask}
 * @param inputEnd last input address
 * @param domainEnd last number of a domain
 * @param probeSize bytes of properties that a probe can have
 * @param bypass whether endpoints that are in no domain pass, until the driver says otherwise
 * @param queueSize descriptors in a queue
 * @param tellsAccess whether an event of an address that is not mapped says what the access was; QEMU's do not
 * @param msiStart first address of a window to the interrupt controller, which passes
 * @param msiBytes how long it is; 0 for none
 */
record HostConfig(
        long features,
        long pageSizes,
        long inputEnd,
        int domainEnd,
        int probeSize,
        boolean bypass,
        int queueSize,
        boolean tellsAccess,
        long msiStart,
        long msiBytes) {
    boolean isAligned(long address) {
        return (address & Long.lowestOneBit(pageSizes) - 1) == 0;
    }

    boolean isInRange(long start, long end) {
        return Long.compareUnsigned(end, inputEnd) <= 0 && Long.compareUnsigned(start, inputEnd) <= 0;
    }

    boolean isMsi(long address) {
        return address >= msiStart && address - msiStart < msiBytes;
    }

    boolean has(int feature) {
        return (features >>> feature & 1) != 0;
    }
}
