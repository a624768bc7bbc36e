package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.app.words.Csv;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.CellTable;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Level;

/** The cells of a sweep, a row each, in a fixed order. */
final class CellReport {
    private final List<Cell> cells;

    CellReport(List<Cell> cells, List<Level> levels) {
        this.cells = CellTable.sorted(cells, levels);
    }

    void write(PrintWriter out, WhatBreaksCommand.Format format) {
        switch (format) {
            case text -> {
                Output.table(
                        out,
                        CellTable.HEADING,
                        cells.stream().map(CellTable::row).toList());
                out.println(lastLine());
            }
            case csv ->
                out.print(Csv.text(
                        CellTable.HEADING, cells.stream().map(CellTable::row).toList()));
            case json ->
                Output.json(
                        out,
                        Map.of(
                                "cells", cells.stream().map(CellReport::json).toList(),
                                "total", cells.size(),
                                "broken", broken()));
        }
    }

    private long broken() {
        return cells.stream().filter(cell -> cell.effect().isBroken()).count();
    }

    private String lastLine() {
        return cells.size() + " cells, " + broken() + " broken";
    }

    private static Map<String, Object> json(Cell cell) {
        var json = new LinkedHashMap<String, Object>();
        json.put("driver", cell.driver());
        json.put("architecture", Spelling.constant(cell.subject().architecture()));
        json.put("callback", cell.callback().kernelName());
        json.put("function", cell.function());
        json.put("kernel", cell.level().spec());
        json.put("scenario", cell.storyName());
        json.put("nth", cell.tampering().nth());
        json.put("what", cell.tampering().words());
        json.put("outcome", cell.effect().key());
        json.put("effects", cell.effects().stream().map(effect -> effect.key()).toList());
        json.put("errno", cell.error().orElse(""));
        cell.divergence()
                .ifPresent(d -> json.put(
                        "firstDifference", Map.of("broken", d.broken(), "unbroken", d.unbroken(), "words", d.words())));
        cell.rule()
                .ifPresent(rule ->
                        json.put("rule", Map.of("key", rule.key(), "step", rule.step(), "sentence", rule.sentence())));
        json.put("why", cell.why());
        json.put(
                "chain",
                cell.chain().stream()
                        .map(link -> Map.of("step", link.step(), "words", link.words()))
                        .toList());
        return json;
    }
}
