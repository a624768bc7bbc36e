package org.iommulab.app.words;

/** Sizes with their unit. */
public final class Sizes {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    private Sizes() {}

    /** {@code 64 bytes}, {@code 4 KiB}, {@code 1 MiB}; never rounded. */
    public static String of(long bytes) {
        int unit = 0;
        long value = bytes;
        while (unit < UNITS.length - 1 && value >= 1024 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value == 1 && unit == 0 ? "1 byte" : value + " " + UNITS[unit];
    }
}
