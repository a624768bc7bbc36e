package org.iommulab.app.export;

import org.jspecify.annotations.Nullable;

/** A painted picture: 0xAARRGGBB, row by row. */
@SuppressWarnings("ArrayRecordComponent") // millions of pixels, never changed once painted
record Raster(int width, int height, int[] pixels) {
    Raster {
        if (pixels.length != width * height) {
            throw new IllegalArgumentException(pixels.length + " pixels for " + width + " x " + height);
        }
    }

    /** The smallest part in which the two differ; {@code null} where they are the same. */
    @Nullable
    Part changed(Raster before) {
        int left = width;
        int top = height;
        int right = -1;
        int bottom = -1;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (pixels[y * width + x] != before.pixels[y * width + x]) {
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = y;
                }
            }
        }
        return right < 0 ? null : new Part(left, top, right - left + 1, bottom - top + 1);
    }

    /** Some rows and columns of it. */
    record Part(int x, int y, int width, int height) {}
}
