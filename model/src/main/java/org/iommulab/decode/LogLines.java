package org.iommulab.decode;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of any input, however long it or its lines are: what a line has beyond a bound is left out. Bytes that are no
 * text become question marks.
 */
public final class LogLines {
    private static final int MOST_BYTES = 2048;

    private final InputStream in;
    private final byte[] line = new byte[MOST_BYTES];

    public LogLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line without its end; nothing at the end of the input. */
    public Optional<String> next() throws IOException {
        int length = 0;
        int read = 0;
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        while (b >= 0 && b != '\n') {
            if (length < MOST_BYTES) {
                line[length++] = (byte) b;
            }
            read++;
            b = in.read();
        }
        if (length == read && length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return Optional.of(text(length));
    }

    private String text(int length) {
        for (int i = 0; i < length; i++) {
            if (line[i] < ' ' && line[i] >= 0 && line[i] != '\t') {
                line[i] = '?';
            }
        }
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }
}
