package org.iommulab.app.inspector;

/** Hex as it is read: in groups of four digits. */
final class Hex {
    private Hex() {}

    static String grouped(long value) {
        String digits = Long.toHexString(value);
        var text = new StringBuilder("0x");
        for (int i = 0; i < digits.length(); i++) {
            if (i > 0 && (digits.length() - i) % 4 == 0) {
                text.append(' ');
            }
            text.append(digits.charAt(i));
        }
        return text.toString();
    }
}
