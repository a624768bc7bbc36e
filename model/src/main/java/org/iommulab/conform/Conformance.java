package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real kernels' experiments done again by the lab, and what came out differently. */
public final class Conformance {
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

        /** In per cent; 100 where nothing was compared, which is for the reader to say. */
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
     * A capture, or the part of it in which bus numbers were given out anew.
     *
     * @param compared whether the recorded results are there; without them the lab's steps are all there is
     * @param notes what could not be compared, and why: a file that is missing or was cut off
     */
    public record Row(String capture, boolean compared, List<Section> sections, List<String> notes) {
        public Row {
            sections = List.copyOf(sections);
            notes = List.copyOf(notes);
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
            rows.addAll(FolderComparison.of(folder, played));
        }
        return new Report(rows);
    }
}
