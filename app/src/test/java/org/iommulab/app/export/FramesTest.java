package org.iommulab.app.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void aPngReadsBackPixelForPixel() throws Exception {
        Raster raster = noise(37, 23, 1);
        var image = ImageIO.read(new ByteArrayInputStream(Png.bytes(raster)));
        for (int i = 0; i < raster.pixels().length; i++) {
            assertThat(image.getRGB(i % 37, i / 37)).isEqualTo(raster.pixels()[i]);
        }
    }

    @Test
    void anApngCountsItsFramesAndHoldsOnlyWhatChanged() throws Exception {
        var frames = new ApngFrames();
        Raster first = noise(20, 10, 2);
        int[] changed = first.pixels().clone();
        changed[3 * 20 + 7] ^= 0xffffff;
        changed[5 * 20 + 9] ^= 0xffffff;
        frames.add(first, 100);
        frames.add(first, 50);
        frames.add(new Raster(20, 10, changed), 40);
        byte[] file = frames.end();
        List<String> chunks = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file).position(8);
        while (in.hasRemaining()) {
            int length = in.getInt();
            byte[] name = new byte[4];
            in.get(name);
            String type = new String(name, StandardCharsets.US_ASCII);
            ByteBuffer content = in.slice(in.position(), length);
            in.position(in.position() + length + 4);
            chunks.add(
                    switch (type) {
                        case "acTL" -> "acTL " + content.getInt();
                        case "fcTL" ->
                            "fcTL #" + content.getInt() + " " + content.getInt() + "x" + content.getInt() + "+"
                                    + content.getInt() + "+" + content.getInt() + " " + content.getShort() + "ms";
                        default -> type;
                    });
        }
        assertThat(chunks)
                .containsExactly(
                        "IHDR", "acTL 2", "fcTL #0 20x10+0+0 150ms", "IDAT", "fcTL #1 3x3+7+3 40ms", "fdAT", "IEND");
        assertThat(ImageIO.read(new ByteArrayInputStream(file)).getWidth()).isEqualTo(20);
    }

    @Test
    void aGifHasEveryFrame() throws Exception {
        var frames = new GifFrames();
        frames.add(noise(16, 16, 3), 100);
        frames.add(noise(16, 16, 4), 100);
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(frames.end())));
        assertThat(reader.getNumImages(true)).isEqualTo(2);
    }

    private static Raster noise(int width, int height, long seed) {
        var random = new Random(seed);
        int[] pixels = new int[width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = 0xff000000 | random.nextInt(0x1000000);
        }
        return new Raster(width, height, pixels);
    }
}
