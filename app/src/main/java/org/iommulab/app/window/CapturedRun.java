package org.iommulab.app.window;

import java.util.List;
import java.util.Optional;
import org.iommulab.capture.CapturedMoment;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** A captured machine as a run of no steps: it can be looked at, nothing happens in it. */
final class CapturedRun implements Run {
    private final String title;
    private final CapturedTopology topology;
    private final KernelBuild kernel;
    private final Moment moment;
    private final Recording nothing = Machine.recording().finish();

    CapturedRun(String title, CapturedTopology topology, KernelBuild kernel) {
        this.title = title;
        this.topology = topology;
        this.kernel = kernel;
        this.moment = CapturedMoment.of(topology);
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
        String version = Optional.ofNullable(topology.meta())
                .map(CapturedTopology.Meta::kernelVersion)
                .map(text -> " · " + text.lines().findFirst().orElse(""))
                .orElse("");
        return "a captured machine: no core behind it yet" + version;
    }

    @Override
    public Recording recording() {
        return nothing;
    }

    @Override
    public Outcome outcome() {
        return new Outcome.Ok();
    }

    @Override
    public List<Chapter> chapters() {
        return List.of();
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
    public Moment momentAt(int step) {
        return moment;
    }

    @Override
    public long nanos() {
        return 0;
    }
}
