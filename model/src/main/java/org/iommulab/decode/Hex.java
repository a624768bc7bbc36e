package org.iommulab.decode;

/** Numbers as explanations write them. */
public final class Hex {
    private Hex() {}

    public static String of(long value) {
        return "0x" + Long.toHexString(value);
    }
}
