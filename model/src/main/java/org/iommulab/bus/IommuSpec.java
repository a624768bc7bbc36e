package org.iommulab.bus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One entry of a device's {@code iommus} property: the IOMMU it points at and the numbers behind the pointer, whose
 * meaning is the IOMMU's own (a stream id, a port, a micro-TLB).
 *
 * @param unit name of the IOMMU's device
 * @param cells as many as the IOMMU's {@code #iommu-cells} says
 */
public record IommuSpec(String unit, List<Integer> cells) {
    public IommuSpec {
        cells = List.copyOf(cells);
    }

    /**
     * Reads {@code 10205000.iommu 3 0x20}.
     *
     * @throws NumberFormatException when what follows the name is no number of 32 bits
     */
    public static IommuSpec parse(String text) {
        String[] words = text.strip().split("\\s+");
        return new IommuSpec(
                words[0],
                Arrays.stream(words)
                        .skip(1)
                        .map(Long::decode)
                        .map(IommuSpec::cell)
                        .toList());
    }

    private static int cell(long value) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new NumberFormatException(value + " has more than 32 bits");
        }
        return (int) value;
    }

    /** The first cell, 0 when there is none. */
    public int id() {
        return cells.isEmpty() ? 0 : cells.getFirst();
    }

    @Override
    public String toString() {
        return Stream.concat(Stream.of(unit), cells.stream().map(c -> "0x" + Integer.toHexString(c)))
                .collect(Collectors.joining(" "));
    }
}
