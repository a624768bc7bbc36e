package org.iommulab.capture.machine;

import java.util.HexFormat;
import java.util.Optional;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.TopologyReader;
import org.jspecify.annotations.Nullable;

/** A function's configuration space from the fields of a topology: the bytes, or, without them, what was found in them. */
final class ConfigFields {
    /** What a user without rights can read: the header. */
    private static final int HEADER = 64;

    private static final int EXPRESS_AT = 0x40;
    private static final int ACS_AT = 0x100;

    private final CapturedTopology.Device device;
    private final String place;

    /** @param place where it stands, for messages */
    ConfigFields(CapturedTopology.Device device, String place) {
        this.device = device;
        this.place = place;
    }

    /** The bytes as they were captured; empty when the file has none. */
    Optional<ConfigSpace> config() throws TopologyReader.BadTopology {
        String hex = device.config();
        if (hex == null || hex.isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = HexFormat.of().parseHex(hex);
            sayWhoItIs(bytes);
            return Optional.of(ConfigSpace.of(bytes));
        } catch (IllegalArgumentException e) {
            throw new TopologyReader.BadTopology(place + "/config: " + e.getMessage() + "; expected at most "
                    + ConfigSpace.EXTENDED_SIZE + " bytes as two hexadecimal digits each");
        }
    }

    /**
     * A virtual function answers all ones there; the kernel knows by its physical function what it is
     * (drivers/pci/iov.c: pci_iov_add_virtfn) and sysfs has it so.
     */
    private void sayWhoItIs(byte[] bytes) {
        boolean silent = bytes.length >= 4 && bytes[0] == -1 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1;
        if (silent && device.vendor() != null && device.productId() != null) {
            put16(bytes, 0, number(device.vendor()));
            put16(bytes, 2, number(device.productId()));
        }
    }

    /** Whether the bytes are the header alone. */
    boolean isCut() {
        return device.config() != null && device.config().length() <= 2 * HEADER;
    }

    /**
     * A space that has what the fields tell: ids, class, header, bus numbers, type, ACS.
     *
     * @param notAlone whether the file has other functions in its slot
     */
    ConfigSpace made(PciAddress address, boolean notAlone) {
        CapturedTopology.Pci pci = device.pci();
        boolean express = pci != null && pci.type() != null;
        var bytes = new byte[express ? ConfigSpace.EXTENDED_SIZE : ConfigSpace.SIZE];
        put16(bytes, 0, number(device.vendor()));
        put16(bytes, 2, number(device.productId()));
        put16(bytes, 9, number(device.deviceClass()));
        bytes[0x0b] = (byte) (number(device.deviceClass()) >> 16);
        if (pci != null && pci.headerType() != null) {
            bytes[0x0e] = (byte) (pci.headerType() | (Boolean.TRUE.equals(pci.multifunction()) ? 0x80 : 0));
        } else if (device.secondaryBus() != null) { // only bridges have one
            bytes[0x0e] = 1;
        }
        if (notAlone && pci == null) {
            bytes[0x0e] |= (byte) 0x80;
        }
        if (device.secondaryBus() != null) {
            bytes[0x18] = (byte) address.bus();
            bytes[0x19] = (byte) number(device.secondaryBus());
            bytes[0x1a] = (byte) number(device.subordinateBus());
        }
        if (pci != null && pci.type() != null) {
            bytes[0x06] = 0x10;
            bytes[0x34] = EXPRESS_AT;
            put16(bytes, EXPRESS_AT, 0x10);
            put16(bytes, EXPRESS_AT + 2, pci.type() << 4 | 2);
            if (pci.acsCapability() != null) {
                put16(bytes, ACS_AT, 0x0d);
                put16(bytes, ACS_AT + 2, 1);
                put16(bytes, ACS_AT + 4, number(pci.acsCapability()));
                put16(bytes, ACS_AT + 6, number(pci.acsControl()));
            }
        }
        return ConfigSpace.of(bytes);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }

    /** 0 for what is missing or no number. */
    private static int number(@Nullable String text) {
        try {
            return text == null ? 0 : Integer.decode(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
