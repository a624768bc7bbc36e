package org.iommulab.bus.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code lspci -x}, {@code -xxx} and {@code -xxxx} print, which {@code lspci -F} reads too: for each function
 * a line that begins with its address, then lines of hexadecimal bytes. Lines that begin with a blank are words about
 * the function and are passed over. Bytes that no line has are 0.
 */
public final class LspciReader {
    private static final Pattern FUNCTION =
            Pattern.compile("((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\\.[0-7])( .*)?");
    private static final Pattern BYTES = Pattern.compile("([0-9a-f]{2,4}):(?: .*)?");

    /** What some editors put before UTF-8, byte by byte. */
    private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

    private final String name;
    private final SequencedMap<PciAddress, byte[]> functions = new LinkedHashMap<>();
    private final Map<PciAddress, Integer> ends = new LinkedHashMap<>();

    private LspciReader(String name) {
        this.name = name;
    }

    /** The text cannot be used; the message says in which file, line and column, and why. */
    public static final class BadLspci extends IOException {
        private static final long serialVersionUID = 1;

        BadLspci(String message) {
            super(message);
        }
    }

    /**
     * @throws BadLspci when it is not such a text
     * @throws IOException when it cannot be read
     */
    public static Map<PciAddress, ConfigSpace> read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        boolean marked = text.startsWith(BYTE_ORDER_MARK);
        return parse(String.valueOf(file.getFileName()), marked ? text.substring(BYTE_ORDER_MARK.length()) : text);
    }

    /**
     * @param name what to call it in messages
     * @return the functions in the order of the text
     */
    public static Map<PciAddress, ConfigSpace> parse(String name, String text) throws BadLspci {
        var reader = new LspciReader(name);
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            reader.line(i + 1, lines.get(i).toLowerCase(Locale.ROOT));
        }
        var read = new LinkedHashMap<PciAddress, ConfigSpace>();
        reader.functions.forEach((address, bytes) -> read.put(address, reader.spaceOf(address, bytes)));
        return read;
    }

    private ConfigSpace spaceOf(PciAddress address, byte[] bytes) {
        boolean extended = ends.getOrDefault(address, 0) > ConfigSpace.SIZE;
        return ConfigSpace.of(extended ? bytes : Arrays.copyOf(bytes, ConfigSpace.SIZE));
    }

    private void line(int number, String line) throws BadLspci {
        if (line.isBlank() || Character.isWhitespace(line.charAt(0))) {
            return;
        }
        Matcher function = FUNCTION.matcher(line);
        Matcher bytes = BYTES.matcher(line);
        if (function.matches()) {
            begin(number, function.group(1));
        } else if (bytes.matches()) {
            bytes(number, line, bytes.end(1));
        } else {
            throw bad(number, 1, "expected an address as 0000:00:02.0, or bytes as 00: 86 80");
        }
    }

    private void begin(int number, String text) throws BadLspci {
        PciAddress address = PciAddress.parse(text.length() > "00:00.0".length() ? text : "0000:" + text)
                .orElseThrow(() -> bad(number, 1, "'" + text + "' is no address"));
        if (functions.containsKey(address)) {
            throw bad(number, 1, address + " is there twice");
        }
        functions.put(address, new byte[ConfigSpace.EXTENDED_SIZE]);
    }

    private void bytes(int number, String line, int colon) throws BadLspci {
        Map.Entry<PciAddress, byte[]> current = functions.lastEntry();
        if (current == null) {
            throw bad(number, 1, "bytes before the first address");
        }
        byte[] bytes = current.getValue();
        int offset = Integer.parseInt(line.substring(0, colon), 16);
        for (int at = colon + 1; at < line.length(); ) {
            if (line.charAt(at) == ' ') {
                at++;
                continue;
            }
            int end = line.indexOf(' ', at) < 0 ? line.length() : line.indexOf(' ', at);
            OptionalInt value = byteOf(line.substring(at, end));
            if (value.isEmpty()) {
                throw bad(number, at + 1, "'" + line.substring(at, end) + "' is no byte of two hexadecimal digits");
            }
            if (offset >= ConfigSpace.EXTENDED_SIZE) {
                throw bad(number, at + 1, "more than " + ConfigSpace.EXTENDED_SIZE + " bytes");
            }
            bytes[offset++] = (byte) value.getAsInt();
            at = end;
        }
        ends.merge(current.getKey(), offset, Math::max);
    }

    private static OptionalInt byteOf(String digits) {
        boolean hex = digits.length() == 2 && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return hex ? OptionalInt.of(Integer.parseInt(digits, 16)) : OptionalInt.empty();
    }

    private BadLspci bad(int line, int column, String what) {
        return new BadLspci(name + ":" + line + ":" + column + ": " + what);
    }
}
