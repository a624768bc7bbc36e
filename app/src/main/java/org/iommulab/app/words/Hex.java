package org.iommulab.app.words;

/** Hexadecimal numbers: in groups of four digits where they are read, plain where they are copied. */
public final class Hex {
    private Hex() {}

    /** {@code 0x40023a40}. */
    public static String plain(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** {@code 0x4002 3a40}. */
    public static String read(long value) {
        return "0x" + groups(value, 1);
    }

    /** {@code 0000 0785}: at least this many digits, no prefix. */
    public static String groups(long value, int digits) {
        String hex = Long.toHexString(value);
        var text = new StringBuilder("0".repeat(Math.max(0, digits - hex.length()))).append(hex);
        for (int at = text.length() - 4; at > 0; at -= 4) {
            text.insert(at, ' ');
        }
        return text.toString();
    }

    /** A register or entry: eight digits, sixteen when it is wider. */
    public static String word(long value) {
        return groups(value, value >>> 32 == 0 ? 8 : 16);
    }
}
