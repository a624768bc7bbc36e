package org.iommulab.conform;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.conform.Conformance.Row;
import org.iommulab.kernel.Version;
import org.iommulab.words.KernelLogText;

/** A capture's recorded results beside the lab's. */
final class FolderComparison {
    /** Only lines of faults are looked at, which are the same in every release. */
    private static final KernelLogText.Form LOG_FORM =
            new KernelLogText.Form(KernelLogText.Arch.ARM64, true, Version.V6_12);

    private final CaptureFolder folder;
    private final ScriptRun.Played played;
    private final StepsFile.Steps recorded;
    private final Map<String, Probe> probes;
    private final Map<Integer, List<Call>> calls;
    private final Map<Integer, List<String>> faults;
    private final List<KernelLogText.Line> log;
    private final CallComparison callComparison;
    private final Map<Integer, Integer> placeOf = new HashMap<>();

    private FolderComparison(CaptureFolder folder, ScriptRun.Played played) throws IOException {
        this.folder = folder;
        this.played = played;
        this.recorded = StepsFile.read(folder.file("steps.json"));
        this.probes =
                folder.has("probes.txt") && folder.has("calls.txt") ? Probe.read(folder.file("probes.txt")) : Map.of();
        this.calls = probes.isEmpty() ? Map.of() : RecordedCalls.read(folder.file("calls.txt"), probes);
        this.faults = folder.has("dmesg.txt") ? FaultLines.read(folder.file("dmesg.txt")) : Map.of();
        this.log = KernelLogText.lines(played.recording(), LOG_FORM);
        this.callComparison = new CallComparison(calls);
        for (int i = 0; i < played.steps().steps().size(); i++) {
            placeOf.put(played.steps().steps().get(i).number(), i);
        }
    }

    /**
     * One row, and a second for what comes after a scan that gave out bus numbers anew. A folder without recorded results
     * has a row that compares nothing.
     */
    static List<Row> of(CaptureFolder folder, ScriptRun.Played played) throws IOException {
        return folder.has("steps.json")
                ? new FolderComparison(folder, played).rows()
                : List.of(new Row(folder.name(), false, List.of(), List.of("there is no steps.json")));
    }

    private List<Row> rows() {
        var before = new LinkedHashMap<String, SectionTally>();
        var after = new LinkedHashMap<String, SectionTally>();
        before.put(
                SectionTally.BOOT,
                SectionTally.ofBoot(recorded.boot(), played.steps().boot()));
        for (StepResult expected : recorded.steps()) {
            SectionTally tally = (expected.number() < played.renumbered() ? before : after)
                    .computeIfAbsent(expected.section(), SectionTally::new);
            Optional.ofNullable(placeOf.get(expected.number()))
                    .ifPresentOrElse(
                            at -> compare(tally, expected, at),
                            () -> tally.missing(
                                    expected,
                                    played.died() ? "the lab's kernel had died" : "script.txt has no such step"));
        }
        List<String> notes =
                new NotCompared(folder, recorded.steps(), played.steps().steps(), calls, faults).notes();
        Row first = row(folder.name(), before, notes);
        return after.isEmpty()
                ? List.of(first)
                : List.of(first, row(folder.name() + ", buses renumbered", after, List.of()));
    }

    private void compare(SectionTally tally, StepResult expected, int index) {
        int[] range = played.ranges().get(index);
        tally.add(
                expected,
                played.steps().steps().get(index),
                comparedCalls(expected.number(), range),
                faults.getOrDefault(expected.number(), List.of()),
                linesOf(range));
    }

    // a step whose calls were not recorded to its end has none to compare with
    private CallComparison.Result comparedCalls(int number, int[] range) {
        List<Call> expected = calls.get(number);
        if (expected == null) {
            return CallComparison.Result.NOTHING;
        }
        List<Call> lab =
                LabCalls.of(played.recording(), probes.values(), callComparison::isVisible, range[0], range[1]);
        return callComparison.compare(expected, lab);
    }

    private List<String> linesOf(int[] range) {
        return log.stream()
                .filter(line -> line.step() > range[0] && line.step() <= range[1])
                .map(KernelLogText.Line::text)
                .toList();
    }

    private static Row row(String name, Map<String, SectionTally> sections, List<String> notes) {
        return new Row(
                name,
                true,
                sections.values().stream().map(SectionTally::section).toList(),
                notes);
    }
}
