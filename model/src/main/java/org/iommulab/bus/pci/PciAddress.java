package org.iommulab.bus.pci;

import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a function is: domain, bus, device (0 to 31) and function (0 to 7), written {@code 0000:03:00.1} as the kernel
 * names its devices.
 */
public record PciAddress(int domain, int bus, int device, int function) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2}):([01][0-9a-f])\\.([0-7])");

    /** By domain, bus, device and function. */
    public static final Comparator<PciAddress> ORDER =
            Comparator.comparingInt(PciAddress::domain).thenComparingInt(PciAddress::requesterId);

    /** The address that has this requester id. */
    public static PciAddress of(int domain, int requesterId) {
        return new PciAddress(domain, requesterId >> 8 & 0xff, requesterId >> 3 & 0x1f, requesterId & 7);
    }

    /** Reads the kernel's form; empty for anything else. */
    public static Optional<PciAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new PciAddress(
                        (int) Long.parseLong(matcher.group(1), 16),
                        Integer.parseInt(matcher.group(2), 16),
                        Integer.parseInt(matcher.group(3), 16),
                        Integer.parseInt(matcher.group(4), 16)))
                : Optional.empty();
    }

    /** Device and function in one number: bits 7:3 and 2:0. */
    public int devfn() {
        return device << 3 | function;
    }

    /** The 16-bit requester id: bus in bits 15:8, then {@link #devfn}. */
    public int requesterId() {
        return bus << 8 | devfn();
    }

    /** Whether both are functions of the same device. */
    public boolean inSlotOf(PciAddress other) {
        return domain == other.domain && bus == other.bus && device == other.device;
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        String first = domain >>> 16 == 0 ? hex.toHexDigits((short) domain) : Integer.toHexString(domain);
        return first + ":" + hex.toHexDigits((byte) bus) + ":" + hex.toHexDigits((byte) device) + "." + function;
    }
}
