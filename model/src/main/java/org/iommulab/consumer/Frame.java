package org.iommulab.consumer;

import java.util.ArrayList;
import java.util.List;

/** Pictures for a frame buffer: 8 by 8 colours, 0xRRGGBB. Data of the simulated machine, not of the window. */
public enum Frame {
    BARS {
        @Override
        int colour(int column, int row) {
            return BAR_COLOURS[column];
        }
    },
    CHECKERBOARD {
        @Override
        int colour(int column, int row) {
            return (column + row) % 2 == 0 ? 0xffffff : 0x1f3a93;
        }
    },
    GRADIENT {
        @Override
        int colour(int column, int row) {
            return 0x20 + row * 0x1c << 16 | 0x20 + column * 0x1c << 8 | 0x90;
        }
    };

    // The colour bars of a test picture, from white to black.
    private static final int[] BAR_COLOURS = {
        0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x101010
    };

    abstract int colour(int column, int row);

    /** Row by row. */
    public List<Integer> cells() {
        var cells = new ArrayList<Integer>();
        for (int row = 0; row < Master.ROWS; row++) {
            for (int column = 0; column < Master.COLUMNS; column++) {
                cells.add(colour(column, row));
            }
        }
        return cells;
    }
}
