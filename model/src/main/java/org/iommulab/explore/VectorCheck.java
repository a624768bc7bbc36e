package org.iommulab.explore;

import static org.iommulab.explore.VectorTables.hex;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.iommulab.explore.VectorAnswers.Answer;
import org.iommulab.pagetable.golden.GoldenRun;
import tools.jackson.databind.JsonNode;

/** Compares the lab's answers with the results in a case file. */
final class VectorCheck {
    private VectorCheck() {}

    /** The operations after which the file says what the tables are. */
    static Set<Integer> checkpoints(JsonNode file) {
        var after = new LinkedHashSet<Integer>();
        file.path("checkpoints").forEach(c -> after.add(c.path("after_op").asInt()));
        return after;
    }

    /** The first difference, or nothing. */
    static Optional<String> difference(JsonNode file, VectorCase asked, VectorAnswers got) {
        return operations(asked, got)
                .or(() -> tables(file, got))
                .or(() -> registers(file, got))
                .or(() -> invalidations(file, got));
    }

    private static Optional<String> operations(VectorCase asked, VectorAnswers got) {
        for (int i = 0; i < asked.operations().size(); i++) {
            JsonNode wanted = asked.operations().get(i).source();
            Answer answer = got.operations().get(i);
            String name = "op " + i + " " + wanted.path("op").asString("") + ": ";
            Optional<String> wrong = switch (asked.operations().get(i).kind()) {
                case MAP -> wrong(wanted, "ret", answer.ret()).or(() -> wrong(wanted, "mapped", answer.mapped()));
                case UNMAP -> wrong(wanted, "unmapped", answer.unmapped());
                case IOVA_TO_PHYS -> wrong(wanted, "pa", answer.pa());
            };
            if (wrong.isEmpty() && wanted.path("warn").asInt(0) != answer.warnings()) {
                wrong = Optional.of(answer.warnings() + " warnings instead of "
                        + wanted.path("warn").asInt(0));
            }
            if (wrong.isPresent()) {
                return wrong.map(name::concat);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> wrong(JsonNode wanted, String field, long value) {
        long expected = VectorCase.number(wanted.path(field), field);
        return expected == value
                ? Optional.empty()
                : Optional.of(field + " " + hex(value) + " instead of " + hex(expected));
    }

    private static List<Long> bases(JsonNode file) {
        return StreamSupport.stream(file.path("root").path("bases").spliterator(), false)
                .map(b -> VectorCase.number(b, "/root/bases"))
                .toList();
    }

    private static Optional<String> tables(JsonNode file, VectorAnswers got) {
        List<Long> bases = bases(file);
        for (JsonNode checkpoint : file.path("checkpoints")) {
            int after = checkpoint.path("after_op").asInt();
            List<GoldenRun.Table> then = got.checkpoints().getOrDefault(after, List.of());
            var difference = VectorTables.difference(checkpoint.path("tables"), bases, then, got.bases());
            if (difference.isPresent()) {
                return difference.map(d -> "after op " + after + ": " + d);
            }
        }
        return VectorTables.difference(file.path("tables"), bases, got.tables(), got.bases());
    }

    private static boolean sameAddresses(JsonNode file, VectorAnswers got) {
        return bases(file).equals(got.bases());
    }

    private static Optional<String> registers(JsonNode file, VectorAnswers got) {
        if (!sameAddresses(file, got)) {
            return Optional.empty();
        }
        for (Map.Entry<String, JsonNode> register :
                file.path("root").path("regs").properties()) {
            Long value = got.registers().get(register.getKey());
            long wanted = VectorCase.number(register.getValue(), "/root/regs");
            if (value == null || value != wanted) {
                return Optional.of("register " + register.getKey() + ": "
                        + (value == null ? "missing" : hex(value) + " instead of " + hex(wanted)));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> invalidations(JsonNode file, VectorAnswers got) {
        if (!got.hasLog()) {
            return Optional.empty();
        }
        List<String> wanted = new ArrayList<>();
        file.path("tlb").forEach(line -> wanted.add(line(line)));
        List<String> lines = got.invalidations().stream().map(VectorCheck::line).toList();
        boolean everything = sameAddresses(file, got);
        for (int i = 0; i < Math.max(wanted.size(), lines.size()); i++) {
            String want = i < wanted.size() ? wanted.get(i) : "nothing";
            String have = i < lines.size() ? lines.get(i) : "nothing";
            boolean creation = want.startsWith("-1 ") && have.startsWith("-1 ");
            if (!want.equals(have) && (everything || !creation)) {
                return Optional.of("tlb line " + i + ": " + have + " instead of " + want);
            }
        }
        return Optional.empty();
    }

    private static String line(JsonNode line) {
        var text = new StringBuilder();
        text.append(line.path(0).asInt()).append(' ').append(line.path(1).asString(""));
        for (int i = 2; i < line.size(); i++) {
            text.append(' ').append(hex(VectorCase.number(line.path(i), "/tlb")));
        }
        return text.toString();
    }

    private static String line(GoldenRun.Invalidation line) {
        var text = new StringBuilder();
        text.append(line.op()).append(' ').append(line.callback());
        line.arguments().forEach(a -> text.append(' ').append(hex(a)));
        return text.toString();
    }
}
