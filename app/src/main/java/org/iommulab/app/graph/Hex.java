package org.iommulab.app.graph;

/** Addresses as they are read: groups of four digits. */
final class Hex {
    private Hex() {}

    /** {@code 4810 8000}; at least eight digits. */
    static String grouped(long address) {
        String digits = Long.toHexString(address);
        int width = Math.max(8, (digits.length() + 3) / 4 * 4);
        String padded = "0".repeat(width - digits.length()) + digits;
        var out = new StringBuilder();
        for (int i = 0; i < width; i += 4) {
            out.append(i == 0 ? "" : " ").append(padded, i, i + 4);
        }
        return out.toString();
    }

    /** {@code 0x4810 8000}. */
    static String prefixed(long address) {
        return "0x" + grouped(address);
    }
}
