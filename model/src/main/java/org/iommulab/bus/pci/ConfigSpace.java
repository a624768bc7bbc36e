package org.iommulab.bus.pci;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The configuration space of one function as it was at a moment: 256 or 4096 bytes (PCI Local Bus Specification 3.0,
 * chapter 6; PCI Express Base Specification, chapter 7). Whatever the bytes are, reading them never fails.
 */
public final class ConfigSpace {
    /** Bytes that every function has. */
    public static final int SIZE = 256;

    /** Bytes that a PCI Express function has. */
    public static final int EXTENDED_SIZE = 4096;

    /** What is read where no function answers: all ones. */
    static final ConfigSpace NO_ANSWER = allOnes();

    private static final int HEADER_TYPE = 0x0e;
    private static final int MULTIFUNCTION = 0x80;

    private final byte[] bytes;

    private ConfigSpace(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param bytes from address 0 on; those that are missing, up to 256 or else up to 4096, are 0
     * @throws IllegalArgumentException for more than 4096
     */
    public static ConfigSpace of(byte[] bytes) {
        if (bytes.length > EXTENDED_SIZE) {
            throw new IllegalArgumentException(bytes.length + " bytes of configuration space");
        }
        return new ConfigSpace(Arrays.copyOf(bytes, bytes.length <= SIZE ? SIZE : EXTENDED_SIZE));
    }

    private static ConfigSpace allOnes() {
        var bytes = new byte[SIZE];
        Arrays.fill(bytes, (byte) 0xff);
        return new ConfigSpace(bytes);
    }

    /** 256 or 4096. */
    public int size() {
        return bytes.length;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** A byte; all ones outside, as a read that nobody answers. */
    public int read8(int offset) {
        return offset >= 0 && offset < bytes.length ? bytes[offset] & 0xff : 0xff;
    }

    /** Two bytes, the lower one first. */
    public int read16(int offset) {
        return read8(offset) | read8(offset + 1) << 8;
    }

    /** Four bytes, the lowest one first. */
    public int read32(int offset) {
        return read16(offset) | read16(offset + 2) << 16;
    }

    // ---- header

    public int vendor() {
        return read16(0);
    }

    public int device() {
        return read16(2);
    }

    public int revision() {
        return read8(8);
    }

    /** Base class, sub-class and programming interface in 24 bits: {@code 0x010802}. */
    public int classCode() {
        return read32(8) >>> 8;
    }

    /** The layout of the header: 0 for a normal function, 1 for a bridge, 2 for CardBus. */
    public int headerType() {
        return read8(HEADER_TYPE) & ~MULTIFUNCTION;
    }

    /** Bit 7 of the header type. Functions above 0 often have it clear. */
    public boolean multifunctionBit() {
        return (read8(HEADER_TYPE) & MULTIFUNCTION) != 0;
    }

    public int subsystemVendor() {
        return headerType() == 0 ? read16(0x2c) : bridgeSubsystem(4);
    }

    public int subsystemDevice() {
        return headerType() == 0 ? read16(0x2e) : bridgeSubsystem(6);
    }

    private int bridgeSubsystem(int offset) {
        OptionalInt at = find(StandardCapability.SUBSYSTEM_ID);
        return at.isPresent() ? read16(at.getAsInt() + offset) : 0;
    }

    // ---- capabilities

    /** The list that starts at byte 0x34, in its order. */
    public List<Capability> capabilities() {
        return Capability.standard(this);
    }

    /** The list that starts at byte 0x100, in its order; empty for a function of 256 bytes. */
    public List<Capability> extendedCapabilities() {
        return Capability.extended(this);
    }

    /** Where a capability is: the first, if it has it more than once. */
    public OptionalInt find(StandardCapability capability) {
        return Capability.first(capabilities(), capability.id());
    }

    /** Where a capability is: the first, if it has it more than once. */
    public OptionalInt find(ExtendedCapability capability) {
        return Capability.first(extendedCapabilities(), capability.id());
    }

    public boolean has(ExtendedCapability capability) {
        return find(capability).isPresent();
    }

    /** How many PASIDs the function can send, PASID 0 among them (pci_max_pasids); 0 without the capability. */
    public int maxPasids() {
        OptionalInt at = find(ExtendedCapability.PASID);
        return at.isPresent() ? 1 << (read16(at.getAsInt() + 4) >> 8 & 0x1f) : 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfigSpace that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "[%04x:%04x] type %02x class 0x%06x".formatted(vendor(), device(), headerType(), classCode());
    }
}
