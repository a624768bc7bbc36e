package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;
import org.iommulab.words.EventText;
import org.iommulab.words.KernelLogText;
import org.iommulab.words.TraceText;

/** What came of a run, as text and as JSON. */
final class RunReport {
    private final ScenarioFile file;
    private final KernelBuild kernel;
    private final Run run;

    RunReport(ScenarioFile file, KernelBuild kernel, Run run) {
        this.file = file;
        this.kernel = kernel;
        this.run = run;
    }

    void text(PrintWriter out) {
        out.println(run.title() + " (" + file.scenario().id() + ")");
        out.println("board:  " + run.boardLine());
        out.println("kernel: " + KernelLine.of(kernel));
        kernel.remarks().forEach(remark -> out.println("        " + remark));
        out.println();
        out.println("story");
        var rows = new ArrayList<List<String>>();
        for (Chapter chapter : run.chapters()) {
            rows.add(List.of("  " + (chapter.index() + 1), chapter.title(), steps(chapter), chapter.result()));
        }
        Output.table(out, List.of("  ", "action", "steps", "result"), rows);
        read(out);
        out.println();
        out.println("kernel log");
        log().forEach(line -> out.println(stamp(line)));
        out.println();
        out.println("rules broken");
        run.brokenRules().forEach(rule -> out.println("  " + rule));
        if (run.brokenRules().isEmpty()) {
            out.println("  none");
        }
        out.println();
        out.println("expectations");
        run.judgements().forEach(judgement -> out.println("  " + line(judgement)));
        outcome(out);
    }

    /** What the story's user read in files, if there is anything. */
    private void read(PrintWriter out) {
        List<Chapter> reading = run.chapters().stream()
                .filter(chapter -> !chapter.output().isEmpty())
                .toList();
        if (reading.isEmpty()) {
            return;
        }
        out.println();
        out.println("read");
        for (Chapter chapter : reading) {
            out.println("  " + (chapter.index() + 1) + "  " + chapter.title());
            chapter.output().forEach(line -> out.println("       " + line));
        }
    }

    void events(PrintWriter out) {
        Recording recording = run.recording();
        var text = new EventText(recording);
        for (int step = 1; step <= recording.length(); step++) {
            out.println(text.line(recording.event(step)));
        }
        outcome(out);
    }

    void trace(PrintWriter out) {
        TraceText.lines(run.recording(), this::seconds).forEach(out::println);
        outcome(out);
    }

    private void outcome(PrintWriter out) {
        out.println("outcome: " + run.outcome().text());
    }

    Map<String, Object> json(boolean withEvents, boolean withTrace) {
        var json = new LinkedHashMap<String, Object>();
        json.put("scenario", file.scenario().id());
        json.put("title", run.title());
        json.put("board", file.board().name());
        json.put("kernel", kernel.spec());
        json.put("config", file.config(kernel));
        json.put("cmdline", kernel.commandLine());
        json.put("removed", kernel.removed().stream().map(Object::toString).toList());
        json.put("failing", kernel.failures().stream().map(Object::toString).toList());
        json.put("remarks", kernel.remarks());
        json.put("steps", run.recording().length());
        json.put("story", run.chapters());
        json.put("log", log().stream().map(this::logLine).toList());
        if (withEvents) {
            json.put("events", eventList());
        }
        if (withTrace) {
            json.put("trace", TraceText.lines(run.recording(), this::seconds));
        }
        json.put("rulesBroken", run.brokenRules());
        json.put("expectations", run.judgements());
        json.put("asExpected", run.judgements().stream().allMatch(Judgement::met));
        json.put("outcome", run.outcome().word());
        json.put("outcomeText", run.outcome().text());
        return json;
    }

    private List<Map<String, Object>> eventList() {
        Recording recording = run.recording();
        var text = new EventText(recording);
        var events = new ArrayList<Map<String, Object>>();
        for (int step = 1; step <= recording.length(); step++) {
            Event event = recording.event(step);
            var one = new LinkedHashMap<String, Object>();
            one.put("step", step);
            one.put("kind", event.getClass().getSimpleName());
            one.put("lane", event.lane().name().toLowerCase(Locale.ROOT));
            one.put("depth", event.depth());
            one.put("text", text.text(event));
            events.add(one);
        }
        return events;
    }

    private List<KernelLogText.Line> log() {
        return KernelLogText.lines(run.recording(), file.logForm(kernel));
    }

    private Map<String, Object> logLine(KernelLogText.Line line) {
        var one = new LinkedHashMap<String, Object>();
        one.put("step", line.step());
        one.put("seconds", seconds(line.step()));
        one.put("text", line.text());
        return one;
    }

    private String stamp(KernelLogText.Line line) {
        return String.format(Locale.ROOT, "[%12.6f] %s", seconds(line.step()), line.text());
    }

    private double seconds(int step) {
        return run.momentAt(step).seconds();
    }

    private static String line(Judgement judgement) {
        return judgement.met()
                ? "met:     " + judgement.what() + ": " + judgement.expected()
                : "not met: " + judgement.what() + ": expected " + judgement.expected() + "; found "
                        + judgement.actual();
    }

    private static String steps(Chapter chapter) {
        return chapter.reached() ? chapter.firstStep() + " to " + chapter.lastStep() : "";
    }
}
