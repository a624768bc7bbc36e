package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.handover.HandedRun;
import org.iommulab.scenario.Chapter;
import org.iommulab.words.EventText;
import org.iommulab.words.KernelLogText;

/** A hand-over as text and as JSON, and a captured machine as JSON. */
final class MachineReport {
    private final HandedRun run;

    MachineReport(HandedRun run) {
        this.run = run;
    }

    /** IOMMUs, groups, and devices without one. */
    static Map<String, Object> overview(AskedMachine machine) {
        var json = new LinkedHashMap<String, Object>();
        json.put("machine", machine.file().name());
        json.put("release", machine.file().release());
        json.put("plays", machine.file().nearest().text());
        json.put("units", machine.units());
        json.put("groups", machine.groups());
        json.put("withoutGroup", machine.ungrouped());
        return json;
    }

    void text(PrintWriter out) {
        out.println(run.title());
        out.println("board:  " + run.boardLine());
        out.println("kernel: " + KernelLine.of(run.kernel()));
        out.println();
        var rows = new ArrayList<List<String>>();
        for (Chapter chapter : run.chapters()) {
            String steps = chapter.firstStep() + " to " + chapter.lastStep();
            rows.add(List.of("  " + (chapter.index() + 1), chapter.title(), steps, chapter.result()));
        }
        Output.table(out, List.of("  ", "action", "steps", "result"), rows);
        out.println();
        out.println("kernel log after the boot");
        log().forEach(line -> out.println("  " + line));
        out.println();
        run.refusal().ifPresent(why -> out.println("refused: " + why));
        outcome(out);
    }

    /** The boot says much that is not about this. */
    private List<String> log() {
        int booted = run.chapters().getFirst().lastStep();
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .filter(line -> line.step() > booted)
                .map(line -> String.format(Locale.ROOT, "step %d: %s", line.step(), line.text()))
                .toList();
    }

    void events(PrintWriter out) {
        var text = new EventText(run.recording());
        for (int step = 1; step <= run.recording().length(); step++) {
            out.println(text.line(run.recording().event(step)));
        }
        outcome(out);
    }

    private void outcome(PrintWriter out) {
        out.println("outcome: " + run.outcome().text());
    }

    Map<String, Object> json(boolean withEvents) {
        var json = new LinkedHashMap<String, Object>();
        json.put("title", run.title());
        json.put("board", run.boardLine());
        json.put("kernel", run.kernel().spec());
        json.put("cmdline", run.kernel().commandLine());
        json.put("steps", run.recording().length());
        json.put("story", run.chapters());
        json.put("log", log());
        if (withEvents) {
            var text = new EventText(run.recording());
            var events = new ArrayList<String>();
            for (int step = 1; step <= run.recording().length(); step++) {
                events.add(text.line(run.recording().event(step)));
            }
            json.put("events", events);
        }
        json.put("rulesBroken", run.brokenRules());
        json.put("refused", run.refusal().orElse(""));
        json.put("outcome", run.outcome().word());
        json.put("outcomeText", run.outcome().text());
        return json;
    }
}
