package org.iommulab.kernel;

import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Formats of kernel log lines as terms. {@code %o} stands for an object's name, {@code %x}, {@code %d} and {@code %e}
 * for a hexadecimal number, a decimal number and an errno; the first takes the event's operand a, the second b.
 * {@code %n} is the name of the device that the line is about and takes none. {@code %08x} fills up with zeros. Where a
 * line tells more than two numbers, {@code %h} and {@code %l} are the upper and the lower half of a ({@link #pack}).
 * {@code <3>} at the front is the kernel's log level; {@code <c>} there goes on with the line before, for lines that
 * tell more than an event has room for.
 */
public final class LogText {
    private LogText() {}

    /** A line whose format tells how its operands are to be read. */
    public static Term of(String format) {
        Operand first = Operand.NONE;
        Operand second = Operand.NONE;
        for (int at = format.indexOf('%'); at >= 0; at = format.indexOf('%', at + 2)) {
            Operand operand = switch (format.charAt(conversion(format, at))) {
                case 'o' -> Operand.OBJECT;
                case 'x', 'h' -> Operand.HEX;
                case 'l', 'n' -> Operand.NONE;
                case 'd' -> Operand.DECIMAL;
                case 'e' -> Operand.ERRNO;
                default -> throw new IllegalArgumentException("format '" + format + "'");
            };
            if (first == Operand.NONE) {
                first = operand;
            } else if (operand != Operand.NONE) {
                second = operand;
            }
        }
        return Term.of(format, "log", first, second, Operand.NONE);
    }

    /** Where the letter of a conversion is that begins at {@code percent}. */
    public static int conversion(String format, int percent) {
        int at = percent + 1;
        while (at < format.length() - 1 && Character.isDigit(format.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Two numbers of 32 bits in one operand, for {@code %h} and {@code %l}. */
    public static long pack(int upper, int lower) {
        return (long) upper << 32 | lower & 0xffff_ffffL;
    }
}
