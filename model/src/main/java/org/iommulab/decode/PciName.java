package org.iommulab.decode;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names and numbers of PCI functions, in words. */
public final class PciName {
    private static final Pattern NAME =
            Pattern.compile("(?:0x)?(?:[0-9a-f]{4}:)?(?:0x)?([0-9a-f]{2}):(?:0x)?([0-9a-f]{2})\\.([0-7])");

    private PciName() {}

    /** Of {@code 00:05.0} or {@code 0000:00:05.0}: what the parts are; empty for anything else. */
    public static String words(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return "";
        }
        int bus = Integer.parseInt(matcher.group(1), 16);
        int device = Integer.parseInt(matcher.group(2), 16);
        int function = Integer.parseInt(matcher.group(3));
        return "PCI bus 0x%02x, device %d, function %d: requester id 0x%04x"
                .formatted(bus, device, function, bus << 8 | device << 3 | function);
    }

    /** Of a requester id: {@code 00:05.0}. */
    public static String of(long requester) {
        return "%02x:%02x.%x".formatted(requester >>> 8 & 0xff, requester >>> 3 & 0x1f, requester & 7);
    }
}
