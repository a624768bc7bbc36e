package org.iommulab.decode;

import java.util.List;
import org.iommulab.hardware.BitField;

/**
 * A value of a report.
 *
 * @param name as the line, the register or the specification calls it
 * @param value as the line has it
 * @param meaning in plain words; may be empty
 * @param bits what its bits say, from the most significant; empty where it is no bit field
 * @param source where that is known from: a kernel function, a specification
 */
public record Field(String name, String value, String meaning, List<BitField> bits, String source) {
    public Field {
        bits = List.copyOf(bits);
    }
}
