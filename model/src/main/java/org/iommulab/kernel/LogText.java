package org.iommulab.kernel;

import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Formats of kernel log lines as terms. {@code %o} stands for an object's name, {@code %x}, {@code %d} and {@code %e}
 * for a hexadecimal number, a decimal number and an errno ({@code %08x} fills up with zeros); the first takes the event's operand a, the second b.
 * {@code <3>} at the front is the kernel's log level.
 */
public final class LogText {
    private LogText() {}

    /** Where the letter of a placeholder stands: behind the percent sign and the width, if there is one. */
    public static int letterAfter(String format, int percent) {
        int at = percent + 1;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
            at++;
        }
        return at;
    }

    /** A line whose format tells how its operands are to be read. */
    public static Term of(String format) {
        Operand first = Operand.NONE;
        Operand second = Operand.NONE;
        for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at + 2)) {
            Operand operand = switch (format.charAt(letterAfter(format, at))) {
                case 'o' -> Operand.OBJECT;
                case 'x' -> Operand.HEX;
                case 'd' -> Operand.DECIMAL;
                case 'e' -> Operand.ERRNO;
                default -> throw new IllegalArgumentException("format '" + format + "'");
            };
            if (first == Operand.NONE) {
                first = operand;
            } else {
                second = operand;
            }
        }
        return Term.of(format, "log", first, second, Operand.NONE);
    }
}
