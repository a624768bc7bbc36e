package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.words.KernelLogText;

/** Real kernels' experiments done again by the lab, and what came out differently. */
public final class Conformance {
    private static final KernelLogText.Form LOG_FORM = new KernelLogText.Form(false, true);

    private Conformance() {}

    /**
     * A number of things of which some agree.
     *
     * @param same agree
     * @param all were compared
     */
    public record Share(int same, int all) {
        Share plus(int moreSame, int moreAll) {
            return new Share(same + moreSame, all + moreAll);
        }

        Share plus(Share other) {
            return plus(other.same, other.all);
        }

        /** In per cent; 100 where nothing was compared. */
        public double percent() {
            return all == 0 ? 100 : 100.0 * same / all;
        }
    }

    /**
     * A section of an experiment.
     *
     * @param steps commands whose result and output agree
     * @param events trace events
     * @param calls calls of kernel functions
     * @param faults lines of the kernel's log about accesses that were refused
     * @param leftOut commands that are not compared
     * @param passed compared commands in which all of it agrees
     * @param failed compared commands in which something differs
     * @param difference the first difference
     */
    public record Section(
            String title,
            Share steps,
            Share events,
            Share calls,
            Share faults,
            int leftOut,
            int passed,
            int failed,
            Optional<String> difference) {}

    /**
     * A capture.
     *
     * @param compared whether the recorded results are there; without them the lab's steps are all there is
     */
    public record Row(String capture, boolean compared, List<Section> sections) {
        public Row {
            sections = List.copyOf(sections);
        }

        public Share steps() {
            return sections.stream().map(Section::steps).reduce(new Share(0, 0), Share::plus);
        }

        public Share events() {
            return sections.stream().map(Section::events).reduce(new Share(0, 0), Share::plus);
        }

        public Share calls() {
            return sections.stream().map(Section::calls).reduce(new Share(0, 0), Share::plus);
        }

        public Share faults() {
            return sections.stream().map(Section::faults).reduce(new Share(0, 0), Share::plus);
        }
    }

    /** All of it. */
    public record Report(List<Row> rows) {
        public Report {
            rows = List.copyOf(rows);
        }

        public int passed() {
            return sum(Section::passed);
        }

        public int failed() {
            return sum(Section::failed);
        }

        private int sum(java.util.function.ToIntFunction<Section> of) {
            return rows.stream()
                    .flatMap(row -> row.sections().stream())
                    .mapToInt(of)
                    .sum();
        }
    }

    /**
     * @param paths folders of captures, or folders of such folders
     * @param out where the lab's own steps go, in a folder for each capture
     * @throws BadCapture when a file cannot be used
     */
    public static Report run(List<Path> paths, Optional<Path> out) throws IOException {
        var rows = new ArrayList<Row>();
        for (CaptureFolder folder : CaptureFolder.in(paths)) {
            Script script = Script.read(folder.file("script.txt"));
            ScriptRun.Played played = ScriptRun.run(CapturedMachine.of(folder), script);
            if (out.isPresent()) {
                StepsFile.write(played.steps(), out.get().resolve(folder.name()).resolve("steps.json"));
            }
            rows.add(compare(folder, played));
        }
        return new Report(rows);
    }

    private static Row compare(CaptureFolder folder, ScriptRun.Played played) throws IOException {
        if (!folder.has("steps.json")) {
            return new Row(folder.name(), false, List.of());
        }
        StepsFile.Steps recorded = StepsFile.read(folder.file("steps.json"));
        Map<String, Probe> probes =
                folder.has("probes.txt") && folder.has("calls.txt") ? Probe.read(folder.file("probes.txt")) : Map.of();
        Map<Integer, List<Call>> calls =
                probes.isEmpty() ? Map.of() : RecordedCalls.read(folder.file("calls.txt"), probes);
        Map<Integer, List<String>> faults =
                folder.has("dmesg.txt") ? FaultLines.read(folder.file("dmesg.txt")) : Map.of();
        List<KernelLogText.Line> log = KernelLogText.lines(played.recording(), LOG_FORM);
        var sections = new LinkedHashMap<String, SectionTally>();
        sections.put(
                SectionTally.BOOT,
                SectionTally.ofBoot(recorded.boot(), played.steps().boot()));
        var callComparison = new CallComparison(calls);
        for (int i = 0; i < recorded.steps().size(); i++) {
            StepResult expected = recorded.steps().get(i);
            SectionTally tally = sections.computeIfAbsent(expected.section(), SectionTally::new);
            if (i >= played.steps().steps().size()) {
                tally.missing(expected);
                continue;
            }
            int[] range = played.ranges().get(i);
            List<Call> lab =
                    LabCalls.of(played.recording(), probes.values(), callComparison::isVisible, range[0], range[1]);
            tally.add(
                    expected,
                    played.steps().steps().get(i),
                    callComparison.compare(calls.getOrDefault(expected.number(), List.of()), lab),
                    faults.getOrDefault(expected.number(), List.of()),
                    linesOf(log, range));
        }
        return new Row(
                folder.name(),
                true,
                sections.values().stream().map(SectionTally::section).toList());
    }

    private static List<String> linesOf(List<KernelLogText.Line> log, int[] range) {
        return log.stream()
                .filter(line -> line.step() > range[0] && line.step() <= range[1])
                .map(KernelLogText.Line::text)
                .toList();
    }
}
