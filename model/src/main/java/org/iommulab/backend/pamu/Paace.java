package org.iommulab.backend.pamu;

import org.iommulab.memory.PhysicalMemory;

/**
 * A table entry as it is in memory: {@code struct paace}. Words are given as a big-endian CPU loads them.
 *
 * @param address physical address of the entry
 * @param wbah word 0: window base, high part
 * @param addressBits word 1: low part, size, permissions, valid
 * @param implementation word 3: stash id, number of subwindows, kinds of translation
 * @param twbah word 4: translated base, high part
 * @param translatedBits word 5: translated base, low part, size of the first subwindow
 * @param secondary word 6: index of the first secondary entry
 */
record Paace(
        long address, int wbah, int addressBits, int implementation, int twbah, int translatedBits, int secondary) {
    private static final long LOW = 0xffff_ffffL;

    /** Reads an entry; whether there is memory at all is asked with {@link #isThere} before. */
    static Paace read(PhysicalMemory memory, long address) {
        return new Paace(
                address,
                memory.read32(address + PamuLayout.WBAH),
                memory.read32(address + PamuLayout.ADDR_BITFIELDS),
                memory.read32(address + PamuLayout.IMPL_ATTR),
                memory.read32(address + PamuLayout.TWBAH),
                memory.read32(address + PamuLayout.WIN_BITFIELDS),
                memory.read32(address + PamuLayout.FSPI));
    }

    static boolean isThere(PhysicalMemory memory, long address) {
        return (address & 3) == 0 && memory.contains(address, PamuLayout.ENTRY_BYTES);
    }

    boolean isValid() {
        return (addressBits & PamuLayout.VALID) != 0;
    }

    boolean hasSubwindows() {
        return (addressBits & PamuLayout.MULTI_WINDOW) != 0;
    }

    long windowBase() {
        return (long) wbah << 32 | addressBits & PamuLayout.LOW_BASE & LOW;
    }

    /** The window is 2 to this power bytes long; at most 64. */
    int windowPower() {
        return ((addressBits & PamuLayout.SIZE_MASK) >>> PamuLayout.SIZE_SHIFT) + 1;
    }

    /** The same for the first subwindow. */
    int subwindowPower() {
        return ((translatedBits & PamuLayout.SIZE_MASK) >>> PamuLayout.SIZE_SHIFT) + 1;
    }

    /** How many subwindows the window is split into, as a power of two. */
    int subwindowCountPower() {
        return ((implementation & PamuLayout.SUBWINDOWS_MASK) >>> PamuLayout.SUBWINDOWS_SHIFT) + 1;
    }

    boolean holds(long input) {
        return below(input - windowBase(), windowPower());
    }

    /** Whether an unsigned number is below 2 to this power. */
    static boolean below(long offset, int power) {
        return power > 63 || offset >>> power == 0;
    }

    boolean permits(boolean write) {
        int access = (addressBits & PamuLayout.ACCESS_MASK) >>> PamuLayout.ACCESS_SHIFT;
        return (access & (write ? PamuLayout.ACCESS_UPDATE : PamuLayout.ACCESS_QUERY)) != 0;
    }

    /** Whether the window's base is exchanged. No kernel uses the other kinds of translation; here they count as none. */
    boolean translates() {
        return (implementation & PamuLayout.TRANSLATE_MASK) >>> PamuLayout.TRANSLATE_SHIFT
                == PamuLayout.TRANSLATE_WINDOW;
    }

    /** Where an offset into the window comes out. */
    long translated(long offset) {
        return ((long) twbah << 32 | translatedBits & PamuLayout.LOW_BASE & LOW) + offset;
    }
}
