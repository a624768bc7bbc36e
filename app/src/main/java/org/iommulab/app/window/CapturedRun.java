package org.iommulab.app.window;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.CapturedMoment;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.capture.machine.Ungrouped;
import org.iommulab.capture.machine.Viability;
import org.iommulab.capture.machine.WhatIf;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** A captured machine as a run of no steps: it can be looked at and asked, nothing happens in it. */
final class CapturedRun implements Run, OfMachine {
    private final String title;
    private final AskedMachine machine;
    private final KernelBuild kernel;
    private final Optional<WhatIf> whatIf;
    private final List<Viability> groups;
    private final List<Ungrouped> ungrouped;
    private final Moment moment;
    private final Recording nothing = Machine.recording().finish();

    CapturedRun(String title, MachineFile file, AcsOverride override, KernelBuild kernel) {
        this.title = title;
        this.machine = AskedMachine.of(file);
        this.kernel = kernel;
        this.whatIf = override.isNone() ? Optional.empty() : Optional.of(machine.whatIf(override));
        List<CapturedTopology.Group> shown =
                whatIf.map(WhatIf::groups).orElse(file.topology().groups());
        this.groups = machine.groups(shown);
        this.ungrouped = machine.ungrouped();
        this.moment = CapturedMoment.of(file.topology().with(shown));
    }

    @Override
    public AskedMachine machine() {
        return machine;
    }

    @Override
    public Optional<WhatIf> whatIf() {
        return whatIf;
    }

    @Override
    public List<Viability> groups() {
        return groups;
    }

    @Override
    public List<Ungrouped> ungrouped() {
        return ungrouped;
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
        String what =
                whatIf.isPresent() ? "a captured machine as it would be with its ACS overridden" : "a captured machine";
        return what + " · " + machine.file().kernelWords();
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
