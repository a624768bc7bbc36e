package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.pagetable.TableFormat;

/** An input address in fields, with the levels counted from the bottom as AMD does. */
final class AmdAddress {
    private AmdAddress() {}

    /** The part above the tables' reach, the index fields down to the level that ends the walk, and the offset. */
    static List<BitField> fields(long input, TableFormat format, int lastLevel) {
        var fields = new ArrayList<BitField>();
        int next = 63;
        for (int level = 0; level <= lastLevel; level++) {
            int low = format.indexShift(level);
            int high = Math.min(63, low + format.indexBits(level) - 1);
            if (level == 0 && high < next) {
                fields.add(BitField.of("above", next, high + 1, input, ""));
            }
            int height = format.levels() - 1 - level;
            fields.add(BitField.of("level " + height + " index", high, low, input, ""));
            next = low - 1;
        }
        fields.add(BitField.of("offset", next, 0, input, ""));
        return fields;
    }
}
