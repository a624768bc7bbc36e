package org.iommulab.hardware;

/**
 * A register as a person looks at it.
 *
 * @param name the manual's or the driver's name, {@code MMU_CTRL}
 * @param offset bytes from the unit's base
 * @param value its content
 * @param meaning in words, {@code enabled}; may be empty
 */
public record RegisterView(String name, int offset, long value, String meaning) {}
