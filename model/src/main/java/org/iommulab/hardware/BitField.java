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
public record BitField(String name, int high, int low, long value, String meaning) {}
