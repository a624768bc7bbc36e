package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that a bridge passes down (PCI-to-PCI Bridge Architecture Specification 1.2, chapter 3.2.5).
 *
 * @param kind of which address space
 * @param first the first address
 * @param last the last one, unsigned
 */
public record BridgeWindow(Kind kind, long first, long last) {
    public enum Kind {
        IO,
        MEMORY,
        PREFETCHABLE
    }

    private static final int TYPE = 0xf;
    private static final int WIDE = 1;

    /** The windows of a bridge that are open, in the order of its registers. */
    public static List<BridgeWindow> of(ConfigSpace space) {
        var windows = new ArrayList<BridgeWindow>();
        int io = space.read16(0x1c);
        boolean wideIo = (io & TYPE) == WIDE;
        add(
                windows,
                Kind.IO,
                (io & 0xf0L) << 8 | (wideIo ? (long) space.read16(0x30) << 16 : 0),
                (io >> 8 & 0xf0L) << 8 | (wideIo ? (long) space.read16(0x32) << 16 : 0) | 0xfff);
        int memory = space.read32(0x20);
        add(windows, Kind.MEMORY, (memory & 0xfff0L) << 16, memory & 0xfff00000L | 0xfffff);
        int prefetchable = space.read32(0x24);
        boolean wide = (prefetchable & TYPE) == WIDE;
        add(
                windows,
                Kind.PREFETCHABLE,
                (prefetchable & 0xfff0L) << 16 | (wide ? (long) space.read32(0x28) << 32 : 0),
                prefetchable & 0xfff00000L | 0xfffff | (wide ? (long) space.read32(0x2c) << 32 : 0));
        return windows;
    }

    // 0 as first address is what an unset register gives; base above limit closes a window
    private static void add(List<BridgeWindow> windows, Kind kind, long first, long last) {
        if (first != 0 && Long.compareUnsigned(first, last) <= 0) {
            windows.add(new BridgeWindow(kind, first, last));
        }
    }

    public boolean contains(long address) {
        return Long.compareUnsigned(first, address) <= 0 && Long.compareUnsigned(address, last) <= 0;
    }
}
