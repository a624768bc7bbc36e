package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.explore.compare.Alignment;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Difference;
import org.iommulab.explore.compare.Likeness;
import org.iommulab.explore.compare.Side;
import org.iommulab.sim.Recording;
import org.iommulab.words.EventText;

/** Runs side by side, as text and as JSON. */
final class CompareReport {
    /** Room for one run's events, when there are two. */
    private static final int WIDE = 74;

    private static final int NARROW = 50;

    private final Comparison comparison;
    private final Alignment alignment;
    private final List<EventText> texts;
    private final int context;

    /** @param context so many rows before and after the first divergence are shown */
    CompareReport(Comparison comparison, int context) {
        this.comparison = comparison;
        this.alignment = comparison.alignment();
        this.texts = comparison.sides().stream()
                .map(side -> new EventText(side.run().recording()))
                .toList();
        this.context = context;
    }

    void text(PrintWriter out) {
        out.println(comparison.sides().getFirst().run().title());
        for (Side side : comparison.sides()) {
            out.println("  " + side.title() + ": " + side.run().recording().length() + " steps, ends "
                    + side.run().outcome().text());
        }
        if (comparison.likeness() == Likeness.KIND) {
            out.println("  two stories: compared by what the core and the callbacks do, not by names and addresses");
        }
        out.println();
        rows(out);
        out.println("at the end");
        comparison.sentences().forEach(sentence -> out.println("  " + sentence));
        if (comparison.differences().isEmpty()) {
            out.println("  no difference");
        }
        out.println(last());
    }

    private String last() {
        return comparison.firstDivergence().isPresent()
                ? "first divergence: step " + comparison.firstDivergence().getAsInt()
                : "same";
    }

    // ---- rows

    /** The rows that are shown, in order: the calls that enclose the divergence, and those round it. */
    private List<Integer> shown() {
        var shown = new ArrayList<Integer>();
        if (comparison.parting().isEmpty()) {
            for (int row = 0; context == Integer.MAX_VALUE && row < alignment.rows(); row++) {
                shown.add(row);
            }
            return shown;
        }
        int parting = comparison.parting().getAsInt();
        int from = (int) Math.max(0, (long) parting - context);
        int to = (int) Math.min(alignment.rows(), (long) parting + context + 1);
        shown.addAll(enclosing(from));
        for (int row = from; row < to; row++) {
            shown.add(row);
        }
        return shown;
    }

    /** The calls of the first run that are open where a row stands. */
    private List<Integer> enclosing(int row) {
        var calls = new ArrayList<Integer>();
        Recording recording = comparison.sides().getFirst().run().recording();
        int step = alignment.step(0, row);
        for (int at = step - 1, depth = step == 0 ? 0 : recording.depth(step); at >= 1 && depth > 0; at--) {
            if (recording.depth(at) < depth) {
                depth = recording.depth(at);
                calls.addFirst(alignment.row(0, at));
            }
        }
        return calls;
    }

    private void rows(PrintWriter out) {
        List<Integer> shown = shown();
        if (shown.isEmpty()) {
            return;
        }
        int before = -1;
        int width = alignment.columns() == 2 ? WIDE : NARROW;
        var heading = new StringBuilder("  ");
        comparison.sides().forEach(side -> heading.append(cell(side.title(), width)));
        out.println(heading.toString().stripTrailing());
        for (int row : shown) {
            if (row != before + 1) {
                out.println("  ...");
            }
            var line = new StringBuilder(mark(alignment.kind(row)) + " ");
            for (int column = 0; column < alignment.columns(); column++) {
                line.append(cell(event(column, alignment.step(column, row)), width));
            }
            out.println(line.toString().stripTrailing());
            before = row;
        }
        out.println();
    }

    private String event(int column, int step) {
        if (step == 0) {
            return "";
        }
        Recording recording = comparison.sides().get(column).run().recording();
        return String.format("%6d  ", step) + " ".repeat(recording.depth(step)) + text(column, step);
    }

    private String text(int column, int step) {
        return texts.get(column)
                .text(comparison.sides().get(column).run().recording().event(step));
    }

    private static String cell(String text, int width) {
        return (text.length() > width ? text.substring(0, width - 1) + "…" : text)
                + " ".repeat(Math.max(0, width - text.length()) + 2);
    }

    private static String mark(Alignment.RowKind kind) {
        return switch (kind) {
            case SAME -> " ";
            case CHANGED -> "~";
            case DIFFERENT -> "!";
        };
    }

    // ---- JSON

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("title", comparison.sides().getFirst().run().title());
        json.put("likeness", comparison.likeness().name().toLowerCase(java.util.Locale.ROOT));
        json.put("sides", comparison.sides().stream().map(CompareReport::side).toList());
        json.put("same", comparison.same());
        if (comparison.firstDivergence().isPresent()) {
            json.put("firstDivergence", comparison.firstDivergence().getAsInt());
        }
        json.put("rows", shown().stream().map(this::row).toList());
        json.put(
                "differences",
                comparison.differences().stream().map(this::difference).toList());
        return json;
    }

    private static Map<String, Object> side(Side side) {
        var json = new LinkedHashMap<String, Object>();
        json.put("title", side.title());
        json.put("kernel", side.run().kernel().spec());
        json.put("cmdline", side.run().kernel().commandLine());
        json.put("config", side.run().kernel().config());
        json.put(
                "removed",
                side.run().kernel().removed().stream().map(Object::toString).toList());
        json.put(
                "failing",
                side.run().kernel().failures().stream().map(Object::toString).toList());
        json.put("steps", side.run().recording().length());
        json.put("outcome", side.run().outcome().word());
        json.put("outcomeText", side.run().outcome().text());
        json.put("rulesBroken", side.run().brokenRules());
        return json;
    }

    private Map<String, Object> row(int row) {
        var json = new LinkedHashMap<String, Object>();
        json.put("kind", alignment.kind(row).name().toLowerCase(java.util.Locale.ROOT));
        var cells = new ArrayList<Map<String, Object>>();
        for (int column = 0; column < alignment.columns(); column++) {
            int step = alignment.step(column, row);
            cells.add(step == 0 ? Map.of() : Map.of("step", step, "text", text(column, step)));
        }
        json.put("events", cells);
        return json;
    }

    private Map<String, Object> difference(Difference difference) {
        var json = new LinkedHashMap<String, Object>();
        json.put("topic", difference.topic().name().toLowerCase(java.util.Locale.ROOT));
        json.put("about", difference.about());
        json.put("fact", difference.fact());
        json.put("values", difference.values());
        json.put("sentence", difference.sentence(comparison.titles()));
        return json;
    }
}
