package org.iommulab.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;

/** A table walk in text: the address split up, every read decoded bit by bit, and the result last. */
record WalkReport(String unit, WalkTrace trace) {
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add((trace.write() ? "write " : "read ") + hex(trace.input()) + " through " + unit);
        trace.fields().forEach(field -> lines.add("  " + field(field)));
        lines.add("TLB: " + trace.tlb());
        for (WalkTrace.Level level : trace.levels()) {
            lines.add(level.name() + ": table " + hex(level.base()) + ", entry " + hex(level.index()) + " at "
                    + hex(level.entryAddress()) + " is " + hex(level.value()));
            level.decoded().forEach(field -> lines.add("  " + field(field)));
            lines.add("  " + level.sentence());
        }
        if (trace.verdict() instanceof WalkTrace.Verdict.Reached reached) {
            lines.add("page of " + hex(reached.bytes()) + " bytes, permissions " + reached.permissions());
        } else if (trace.verdict() instanceof WalkTrace.Verdict.Untranslated) {
            lines.add("not translated: the address goes through untouched");
        }
        lines.add(result());
        return lines;
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("unit", unit);
        json.put("walk", trace);
        json.put("result", result());
        return json;
    }

    private String result() {
        return switch (trace.verdict()) {
            case WalkTrace.Verdict.Reached reached -> "pa " + hex(reached.output());
            case WalkTrace.Verdict.Untranslated untranslated -> "pa " + hex(untranslated.output());
            case WalkTrace.Verdict.Redirected redirected ->
                "fault " + redirected.cause() + ", ends in the " + redirected.place() + " at "
                        + hex(redirected.output());
            case WalkTrace.Verdict.Refused refused -> "fault " + refused.cause();
        };
    }

    private static String field(BitField field) {
        String bits = field.high() == field.low() ? "bit " + field.high() : "bits " + field.high() + ":" + field.low();
        return bits + " " + field.name() + " = " + hex(field.value())
                + (field.meaning().isEmpty() ? "" : ", " + field.meaning());
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
