package org.iommulab.backend;

/**
 * Memory that firmware has a device use, as ACPI's RMRR and IVMD tell it.
 *
 * @param requesterId of the device
 * @param first address of the first byte
 * @param last address of the last byte
 */
public record FirmwareMemory(int requesterId, long first, long last) {}
