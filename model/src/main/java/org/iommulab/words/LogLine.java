package org.iommulab.words;

import java.util.OptionalInt;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Labels;
import org.iommulab.sim.Term;

/** Formats of the kernel log, as {@link org.iommulab.kernel.LogText} makes them, filled with operands. */
final class LogLine {
    private LogLine() {}

    /** The kernel's log level, 0 to 7; empty for a format that does not say. */
    static OptionalInt level(Term format) {
        String name = format.name();
        return name.length() > 2 && name.charAt(0) == '<' && Character.isDigit(name.charAt(1)) && name.charAt(2) == '>'
                ? OptionalInt.of(name.charAt(1) - '0')
                : OptionalInt.empty();
    }

    /** Whether the text goes on with the line before (KERN_CONT). */
    static boolean continues(Term format) {
        return format.name().startsWith("<c>");
    }

    /** A text about nothing in particular. */
    static String text(Labels labels, Term format, long a, long b) {
        return text(labels, format, 0, a, b);
    }

    /** The line without level and prefix; {@code object} is what it is about. */
    static String text(Labels labels, Term format, long object, long a, long b) {
        String name =
                level(format).isPresent() || continues(format) ? format.name().substring(3) : format.name();
        var text = new StringBuilder();
        int from = 0;
        boolean first = true;
        for (int at = name.indexOf('%'); at >= 0 && at + 1 < name.length(); at = name.indexOf('%', from)) {
            text.append(name, from, at);
            int letter = LogText.conversion(name, at);
            boolean named = name.charAt(letter) == 'n';
            long value = first ? a : b;
            String word = switch (name.charAt(letter)) {
                case 'n' -> labels.labelOf(object);
                case 'o' -> labels.labelOf(value);
                case 'x' -> Long.toHexString(value);
                case 'h' -> Long.toHexString(a >>> 32);
                case 'l' -> Long.toHexString(a & 0xffff_ffffL);
                default -> Operands.text(labels, first ? format.a() : format.b(), value);
            };
            int width = letter == at + 1 ? 0 : Integer.parseInt(name, at + 1, letter, 10);
            text.repeat('0', Math.max(0, width - word.length())).append(word);
            first &= named;
            from = letter + 1;
        }
        return text.append(name, from, name.length()).toString();
    }
}
