package org.iommulab.hardware;

/**
 * Some bits of an entry, a register or an address, named.
 *
 * @param name {@code frame}, {@code AP}, {@code level 1 index}
 * @param high most significant bit
 * @param low least significant bit
 * @param value the bits, shifted down
 * @param meaning in words; may be empty
 */
public record BitField(String name, int high, int low, long value, String meaning) {
    /** Cuts the field out of a word. */
    public static BitField of(String name, int high, int low, long word, String meaning) {
        return new BitField(name, high, low, word << 63 - high >>> 63 - high + low, meaning);
    }

    /** A field of one bit, with a meaning for either value. */
    public static BitField flag(String name, int bit, long word, String set, String clear) {
        long value = word >>> bit & 1;
        return new BitField(name, bit, bit, value, value != 0 ? set : clear);
    }
}
