package org.iommulab.app.matrix;

import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Effect;

/** What is said about a cell in one clause. */
public final class CellWords {
    private CellWords() {}

    /** {@code -EBUSY: 'The DRM master binds its components' gets -EBUSY}; the kind of harm is not said twice. */
    public static String verdict(Cell cell) {
        String word = cell.effect() == Effect.ERROR
                ? cell.error().orElse(cell.effect().word())
                : cell.effect().word();
        return cell.harm()
                .map(harm -> harm.words().startsWith(word) ? harm.words() : word + ": " + harm.words())
                .orElse(word);
    }
}
