package org.iommulab.app.window;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.playback.Loading;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.CapturedTrace;
import org.iommulab.capture.TopologyReader;
import org.iommulab.capture.TraceReader;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.Timed;
import org.iommulab.sim.Recording;

/** A real machine's trace as a run: each event is a step; of the machine only its groups are known. */
final class TracedRun implements Run, Timed {
    /** Beside a trace may lie what the machine is. */
    private static final String TOPOLOGY = "topology.json";

    private final String title;
    private final CapturedTrace trace;
    private final Optional<CapturedTopology> topology;
    private final KernelBuild kernel;

    private TracedRun(String title, CapturedTrace trace, Optional<CapturedTopology> topology, KernelBuild kernel) {
        this.title = title;
        this.trace = trace;
        this.topology = topology;
        this.kernel = kernel;
    }

    /** Reads until the end, or until somebody has enough. */
    static TracedRun read(String title, Path file, KernelBuild kernel, Loading loading) throws IOException {
        Optional<CapturedTopology> topology = beside(file);
        try (InputStream in = Files.newInputStream(file)) {
            long whole = Files.size(file);
            CapturedTrace trace = TraceReader.read(in, topology, bytes -> loading.goesOn(bytes, whole));
            return new TracedRun(title, trace, topology, kernel);
        }
    }

    private static Optional<CapturedTopology> beside(Path file) {
        Path topology = file.resolveSibling(TOPOLOGY);
        try {
            return Files.isRegularFile(topology) ? Optional.of(TopologyReader.read(topology)) : Optional.empty();
        } catch (IOException e) {
            // The trace can be looked at without it.
            return Optional.empty();
        }
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public KernelBuild kernel() {
        return kernel;
    }

    @Override
    public String boardLine() {
        CapturedTrace.Tally tally = trace.tally();
        var line = new StringBuilder("a captured trace: " + trace.recording().length() + " events");
        if (!tally.whole()) {
            line.append(" · the reading was stopped here");
        }
        if (tally.unkept() > 0) {
            line.append(" · ").append(tally.unkept()).append(" further markers left out");
        }
        if (tally.others() > 0) {
            line.append(" · ").append(tally.others()).append(" of other kinds left out");
        }
        if (tally.bad() > 0) {
            line.append(" · ")
                    .append(tally.bad())
                    .append(" lines not understood, ")
                    .append(tally.complaints().getFirst());
        }
        topology.map(CapturedTopology::meta)
                .map(CapturedTopology.Meta::kernelVersion)
                .ifPresent(version ->
                        line.append(" · ").append(version.lines().findFirst().orElse("")));
        return line.toString();
    }

    @Override
    public Recording recording() {
        return trace.recording();
    }

    @Override
    public Outcome outcome() {
        return new Outcome.Ok();
    }

    @Override
    public List<Chapter> chapters() {
        return trace.chapters();
    }

    @Override
    public List<String> brokenRules() {
        return List.of();
    }

    @Override
    public List<Judgement> judgements() {
        return List.of();
    }

    @Override
    public List<CallbackEntry> callbacks() {
        return List.of();
    }

    @Override
    public double secondsAt(int step) {
        return trace.secondsAt(step);
    }

    @Override
    public Moment momentAt(int step) {
        return trace.momentAt(step);
    }

    @Override
    public long nanos() {
        return 0;
    }
}
