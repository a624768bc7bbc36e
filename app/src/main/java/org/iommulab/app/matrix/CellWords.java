package org.iommulab.app.matrix;

import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Effect;

/** What is said about a cell in one clause. */
public final class CellWords {
    private CellWords() {}

    /** What came of it: {@code oops}; of an error its number. */
    static String outcome(Cell cell) {
        return cell.effect() == Effect.ERROR
                ? cell.error().orElse(cell.effect().word())
                : cell.effect().word();
    }

    /** The outcome and where the chain ends; what it is said to be is not said twice. */
    public static String verdict(Cell cell) {
        String word = outcome(cell);
        if (cell.chain().isEmpty()) {
            return word;
        }
        String end = cell.chain().getLast().words();
        return end.startsWith(word) ? end : word + ": " + end;
    }
}
