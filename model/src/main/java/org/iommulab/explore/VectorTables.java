package org.iommulab.explore;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.pagetable.golden.GoldenRun;
import tools.jackson.databind.JsonNode;

/** Compares the tables of a case file with the lab's, from the roots down; where they are need not match. */
final class VectorTables {
    private final Map<Long, JsonNode> expected = new HashMap<>();
    private final Map<Long, GoldenRun.Table> actual = new HashMap<>();

    private VectorTables(JsonNode expectedTables, List<GoldenRun.Table> actualTables) {
        for (JsonNode table : expectedTables) {
            expected.put(VectorCase.number(table.path("base"), "/tables/base"), table);
        }
        actualTables.forEach(t -> actual.put(t.base(), t));
    }

    /** The first difference, or nothing. */
    static Optional<String> difference(
            JsonNode expectedTables,
            List<Long> expectedBases,
            List<GoldenRun.Table> actualTables,
            List<Long> actualBases) {
        if (expectedBases.size() != actualBases.size()) {
            return Optional.of(actualBases.size() + " top tables instead of " + expectedBases.size());
        }
        var both = new VectorTables(expectedTables, actualTables);
        for (int i = 0; i < expectedBases.size(); i++) {
            var difference = both.compare(expectedBases.get(i), actualBases.get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> compare(long expectedBase, long actualBase) {
        JsonNode wanted = expected.get(expectedBase);
        GoldenRun.Table got = actual.get(actualBase);
        if (wanted == null || got == null) {
            return Optional.of("table " + hex(expectedBase) + ": missing");
        }
        String name = "level " + got.level() + " table " + hex(expectedBase);
        if (wanted.path("level").asInt() != got.level()
                || wanted.path("entry_bytes").asInt() != got.entryBytes()
                || wanted.path("nent").asInt() != got.entries().size()
                || wanted.path("root").asInt(-1) != got.root()) {
            return Optional.of(name + ": another level, width, length or root");
        }
        long[] entries = expand(wanted);
        long wantedDefault = defaultEntry(wanted);
        JsonNode links = wanted.path("links");
        for (int i = 0; i < entries.length; i++) {
            JsonNode link = links.path(Integer.toString(i));
            long entry = got.entries().get(i);
            boolean bothDefault = entries[i] == wantedDefault && entry == got.defaultEntry();
            boolean moved = !link.isMissingNode() || bothDefault && wantedDefault != 0;
            // In an entry that holds a table's address only the other bits must match.
            long mask = moved ? ~got.linkMask() : -1;
            if (((entries[i] ^ entry) & mask) != 0) {
                return Optional.of(name + " entry " + i + ": " + hex(entry) + " instead of " + hex(entries[i]));
            }
            Long next = got.links().get(i);
            if (link.isMissingNode() != (next == null)) {
                return Optional.of(name + " entry " + i + ": " + (next == null ? "no link" : "a link"));
            }
            if (next != null) {
                var below = compare(VectorCase.number(link, "/links"), next);
                if (below.isPresent()) {
                    return below;
                }
            }
        }
        return Optional.empty();
    }

    private static long defaultEntry(JsonNode table) {
        return table.has("default") ? VectorCase.number(table.path("default"), "/default") : 0;
    }

    private static long[] expand(JsonNode table) {
        long[] entries = new long[table.path("nent").asInt()];
        Arrays.fill(entries, defaultEntry(table));
        table.path("entries")
                .properties()
                .forEach(e -> entries[Integer.parseInt(e.getKey())] = VectorCase.number(e.getValue(), "/entries"));
        for (JsonNode run : table.path("runs")) {
            int first = run.path(0).asInt();
            long value = VectorCase.number(run.path(2), "/runs");
            long step = VectorCase.number(run.path(3), "/runs");
            for (int i = 0; i < run.path(1).asInt(); i++) {
                entries[first + i] = value + i * step;
            }
        }
        return entries;
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
