package org.iommulab.explore;

import static org.iommulab.explore.VectorTables.hex;

import java.util.List;
import org.iommulab.explore.VectorAnswers.Answer;
import org.iommulab.pagetable.golden.GoldenRun;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a case as the lab ran it, in the form of a case file. Uses nothing but what was asked and answered. */
final class VectorWriter {
    /** This many consecutive entries at least are written as a run. */
    private static final int RUN = 4;

    private final JsonMapper json;

    VectorWriter(JsonMapper json) {
        this.json = json;
    }

    ObjectNode write(VectorCase asked, VectorAnswers got) {
        ObjectNode file = json.createObjectNode();
        file.put("format", asked.format());
        file.set("config", asked.config());
        ArrayNode ops = file.putArray("ops");
        for (int i = 0; i < asked.operations().size(); i++) {
            ops.add(operation(asked.operations().get(i), got.operations().get(i)));
        }
        if (got.hasLog()) {
            ArrayNode tlb = file.putArray("tlb");
            for (GoldenRun.Invalidation line : got.invalidations()) {
                ArrayNode array = tlb.addArray().add(line.op()).add(line.callback());
                line.arguments().forEach(a -> array.add(hex(a)));
            }
        }
        ObjectNode root = file.putObject("root");
        root.put("base", hex(got.bases().getFirst()));
        ArrayNode bases = root.putArray("bases");
        got.bases().forEach(b -> bases.add(hex(b)));
        ObjectNode registers = root.putObject("regs");
        got.registers().forEach((name, value) -> registers.put(name, hex(value)));
        ArrayNode tables = file.putArray("tables");
        got.tables().forEach(t -> tables.add(table(t)));
        return file;
    }

    private ObjectNode operation(VectorCase.Operation op, Answer answer) {
        ObjectNode node = json.createObjectNode();
        for (String field : List.of("op", "iova", "pa", "pgsize", "count", "prot")) {
            boolean result = field.equals("pa") && op.kind() == VectorCase.Kind.IOVA_TO_PHYS;
            if (op.source().has(field) && !result) {
                node.set(field, op.source().path(field));
            }
        }
        switch (op.kind()) {
            case MAP -> node.put("ret", answer.ret()).put("mapped", hex(answer.mapped()));
            case UNMAP -> node.put("unmapped", hex(answer.unmapped()));
            case IOVA_TO_PHYS -> node.put("pa", hex(answer.pa()));
        }
        if (answer.warnings() > 0) {
            node.put("warn", answer.warnings());
        }
        return node;
    }

    private ObjectNode table(GoldenRun.Table table) {
        ObjectNode node = json.createObjectNode();
        node.put("base", hex(table.base()))
                .put("level", table.level())
                .put("entry_bytes", table.entryBytes())
                .put("nent", table.entries().size());
        if (table.root() >= 0) {
            node.put("root", table.root());
        }
        if (table.defaultEntry() != 0) {
            node.put("default", hex(table.defaultEntry()));
        }
        ObjectNode entries = node.putObject("entries");
        ArrayNode runs = json.createArrayNode();
        int at = 0;
        while (at < table.entries().size()) {
            int length = runLength(table, at);
            long value = table.entries().get(at);
            if (length >= RUN) {
                long step = table.entries().get(at + 1) - value;
                runs.addArray().add(at).add(length).add(hex(value)).add(hex(step));
            } else if (length > 0) {
                length = 1;
                entries.put(Integer.toString(at), hex(value));
            }
            at += Math.max(1, length);
        }
        if (!runs.isEmpty()) {
            node.set("runs", runs);
        }
        if (!table.links().isEmpty()) {
            ObjectNode links = node.putObject("links");
            table.links().forEach((index, base) -> links.put(Integer.toString(index), hex(base)));
        }
        return node;
    }

    /** How many entries from here are in one arithmetic sequence; 0 at an empty entry. Links are no part of a run. */
    private static int runLength(GoldenRun.Table table, int from) {
        List<Long> entries = table.entries();
        if (entries.get(from) == table.defaultEntry()) {
            return 0;
        }
        int to = from;
        while (to < entries.size()
                && entries.get(to) != table.defaultEntry()
                && !table.links().containsKey(to)
                && (to < from + 2
                        || entries.get(to) - entries.get(to - 1) == entries.get(from + 1) - entries.get(from))) {
            to++;
        }
        return Math.max(1, to - from);
    }
}
