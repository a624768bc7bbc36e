package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A call of the model driver, with its arguments and then its results.
 *
 * @param numbers an Integer for what case files write plainly (counts, errnos), a Long for the rest
 */
record DriverCall(String callback, List<Number> numbers) {
    DriverCall {
        numbers = List.copyOf(numbers);
    }

    static DriverCall of(String callback, Number... numbers) {
        return new DriverCall(callback, List.of(numbers));
    }

    void addTo(ArrayNode calls) {
        ArrayNode line = calls.addArray().add(callback);
        for (Number number : numbers) {
            if (number instanceof Integer plain) {
                line.add(plain);
            } else {
                line.add(VectorTables.hex(number.longValue()));
            }
        }
    }

    /** {@code map_pages 0x1000 0x8000 0x1000 5 0 0x5000}. */
    String text() {
        return text(callback, numbers.stream().map(Number::longValue).toList());
    }

    /** The same of a line in a case file. */
    static String text(JsonNode line) {
        var numbers = new ArrayList<Long>();
        for (int i = 1; i < line.size(); i++) {
            numbers.add(VectorCase.number(line.path(i), "/calls"));
        }
        return text(line.path(0).asString(""), numbers);
    }

    private static String text(String callback, List<Long> numbers) {
        var words = new ArrayList<String>(List.of(callback));
        numbers.forEach(n -> words.add(VectorTables.hex(n)));
        return String.join(" ", words);
    }
}
