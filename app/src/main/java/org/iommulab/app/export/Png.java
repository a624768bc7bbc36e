package org.iommulab.app.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG, opaque, and the chunks that APNG adds (PNG third edition, W3C 2025, chapters 5 and 11). */
final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] bytes(Raster raster) {
        return new Png()
                .head(raster.width(), raster.height())
                .chunk("IDAT", packed(raster, new Raster.Part(0, 0, raster.width(), raster.height())))
                .end();
    }

    Png head(int width, int height) {
        out.writeBytes(SIGNATURE);
        // 8 bits, colour type 2 (red, green, blue), no interlace
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 2, 0, 0, 0})
                        .array());
    }

    Png chunk(String type, byte[] content) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var crc = new CRC32();
        crc.update(name);
        crc.update(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        out.writeBytes(name);
        out.writeBytes(content);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        return this;
    }

    byte[] end() {
        chunk("IEND", new byte[0]);
        return out.toByteArray();
    }

    /** A part of the picture, filtered by difference to the left and deflated. */
    static byte[] packed(Raster raster, Raster.Part part) {
        byte[] rows = new byte[(1 + 3 * part.width()) * part.height()];
        int at = 0;
        for (int y = part.y(); y < part.y() + part.height(); y++) {
            rows[at++] = 1;
            int before = 0;
            for (int x = part.x(); x < part.x() + part.width(); x++) {
                int rgb = raster.pixels()[y * raster.width() + x];
                rows[at++] = (byte) ((rgb >> 16) - (before >> 16));
                rows[at++] = (byte) ((rgb >> 8) - (before >> 8));
                rows[at++] = (byte) (rgb - before);
                before = rgb;
            }
        }
        var deflater = new Deflater(9);
        deflater.setInput(rows);
        deflater.finish();
        var packed = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        while (!deflater.finished()) {
            packed.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return packed.toByteArray();
    }
}
