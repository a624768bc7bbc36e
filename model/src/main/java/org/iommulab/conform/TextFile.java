package org.iommulab.conform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A file of a capture as text, whatever wrote or cut it: bytes that are no characters do not stop anybody. */
final class TextFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFile() {}

    /** @throws BadCapture when there is no such file */
    static String of(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            throw new BadCapture(file, "there is no such file");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    static List<String> lines(Path file) throws IOException {
        return of(file).lines().toList();
    }
}
