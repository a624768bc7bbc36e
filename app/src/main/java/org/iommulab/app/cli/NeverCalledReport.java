package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.app.words.Csv;
import org.iommulab.explore.breaks.CallCensus;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;

/** The callbacks that no story calls: a row for each that is never called on some level. */
final class NeverCalledReport {
    private NeverCalledReport() {}

    static void write(
            PrintWriter out,
            List<CallCensus.Row> census,
            Set<String> drivers,
            Set<Callback> callbacks,
            WhatBreaksCommand.Format format) {
        List<CallCensus.Row> rows = census.stream()
                .filter(row ->
                        drivers.isEmpty() || drivers.contains(row.subject().driver()))
                .filter(row -> callbacks.isEmpty() || callbacks.contains(row.callback()))
                .toList();
        List<CallCensus.Row> never =
                rows.stream().filter(row -> !row.never().isEmpty()).toList();
        var heading = List.of("driver", "architecture", "callback", "function", "never called on", "called on");
        switch (format) {
            case text -> {
                Output.table(
                        out,
                        heading,
                        never.stream().map(NeverCalledReport::cells).toList());
                out.println(rows.size() + " callbacks, " + never.size() + " never called on some level");
            }
            case csv ->
                out.print(Csv.text(
                        heading, never.stream().map(NeverCalledReport::cells).toList()));
            case json ->
                Output.json(out, rows.stream().map(NeverCalledReport::json).toList());
        }
    }

    private static List<String> cells(CallCensus.Row row) {
        return List.of(
                row.subject().driver(),
                Spelling.constant(row.subject().architecture()),
                row.callback().kernelName(),
                row.function(),
                row.never().size() == row.calls().size() ? "all levels that have it" : keys(row.never()),
                keys(row.calls().keySet().stream()
                        .filter(level -> !row.never().contains(level))
                        .toList()));
    }

    private static String keys(List<Level> levels) {
        return levels.stream().map(Level::key).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> json(CallCensus.Row row) {
        var calls = new LinkedHashMap<String, Integer>();
        row.calls().forEach((level, count) -> calls.put(level.spec(), count));
        var json = new LinkedHashMap<String, Object>();
        json.put("driver", row.subject().driver());
        json.put("architecture", Spelling.constant(row.subject().architecture()));
        json.put("callback", row.callback().kernelName());
        json.put("function", row.function());
        json.put("calls", calls);
        return json;
    }
}
