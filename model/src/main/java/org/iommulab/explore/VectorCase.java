package org.iommulab.explore;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.golden.GoldenConfig;
import tools.jackson.databind.JsonNode;

/**
 * What a golden case asks. Results that the file may hold are not looked at here.
 *
 * @param config as the file has it, for writing it out again
 */
record VectorCase(String format, JsonNode config, List<Operation> operations) {
    private static final long NO_LIMIT = -1;

    VectorCase {
        operations = List.copyOf(operations);
    }

    enum Kind {
        MAP,
        UNMAP,
        IOVA_TO_PHYS
    }

    /** @param source the operation as the file has it */
    record Operation(Kind kind, long iova, long pa, long pageBytes, int count, int prot, JsonNode source) {}

    /** @throws BadVector when the file is not a case */
    static VectorCase of(JsonNode file) {
        if (!file.path("format").isString()
                || !file.path("config").isObject()
                || !file.path("ops").isArray()) {
            throw new BadVector("not a page-table case: \"format\", \"config\" and \"ops\" are expected");
        }
        var operations = new ArrayList<Operation>();
        for (JsonNode op : file.path("ops")) {
            operations.add(operation(op, operations.size()));
        }
        return new VectorCase(file.path("format").stringValue(), file.path("config"), operations);
    }

    private static Operation operation(JsonNode op, int number) {
        String where = "/ops/" + number;
        String name = op.path("op").asString("");
        int prot = 0;
        for (JsonNode word : op.path("prot")) {
            int bit = Prot.of(word.asString(""));
            if (bit == 0) {
                throw new BadVector(where + "/prot: no permission is called " + word);
            }
            prot |= bit;
        }
        return switch (name) {
            case "map" ->
                new Operation(
                        Kind.MAP,
                        number(op, "iova", where),
                        number(op, "pa", where),
                        number(op, "pgsize", where),
                        count(op, where),
                        prot,
                        op);
            case "unmap" ->
                new Operation(
                        Kind.UNMAP, number(op, "iova", where), 0, number(op, "pgsize", where), count(op, where), 0, op);
            case "iova_to_phys" -> new Operation(Kind.IOVA_TO_PHYS, number(op, "iova", where), 0, 0, 0, 0, op);
            default -> throw new BadVector(where + "/op: \"" + name + "\" is none of map, unmap, iova_to_phys");
        };
    }

    private static int count(JsonNode op, String where) {
        long count = number(op, "count", where);
        if (count < 0 || count > Integer.MAX_VALUE) {
            throw new BadVector(where + "/count: " + count + " is out of range");
        }
        return (int) count;
    }

    private static long number(JsonNode op, String field, String where) {
        return number(op.path(field), where + "/" + field);
    }

    /** A number: plain, or a string {@code "0x.."} of up to 64 bits. */
    static long number(JsonNode node, String where) {
        if (node.isIntegralNumber()) {
            return node.longValue();
        }
        String text = node.asString("");
        if (text.startsWith("0x")) {
            try {
                return Long.parseUnsignedLong(text, 2, text.length(), 16);
            } catch (NumberFormatException e) {
                throw new BadVector(where + ": \"" + text + "\" is not a number", e);
            }
        }
        throw new BadVector(where + ": a number is expected");
    }

    GoldenConfig goldenConfig() {
        JsonNode aperture = config.path("aperture");
        return new GoldenConfig(
                config.path("name").asString(""),
                config.path("variant").asString(""),
                config.path("ias").asInt(0),
                config.path("oas").asInt(0),
                optional(config.path("pgsize_bitmap"), 0),
                optional(config.path("quirks"), 0),
                config.path("coherent_walk").asBoolean(false),
                optional(config.path("table_memory"), 0),
                optional(aperture.path(0), 0),
                optional(aperture.path(1), NO_LIMIT),
                config.path("gather_queued").asBoolean(false));
    }

    private static long optional(JsonNode node, long otherwise) {
        return node.isMissingNode() ? otherwise : number(node, "/config");
    }
}
