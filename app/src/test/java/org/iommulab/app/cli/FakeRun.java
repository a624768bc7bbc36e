package org.iommulab.app.cli;

import java.util.List;
import java.util.Optional;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Evidence;
import org.iommulab.scenario.Expectations;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.Outcome;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A run of three events: a group gets a device, a log line is written; with p1 a warning fires. */
record FakeRun(ScenarioFile file, KernelBuild kernel, Recording recording) implements Run {
    static FakeRun play(ScenarioFile file, KernelBuild kernel) {
        var machine = Machine.recording();
        var device = new SimObject(machine) {
            @Override
            public String label() {
                return "12c10000.mixer";
            }
        };
        var add = Term.of("add_device_to_group", "iommu", Term.Operand.DECIMAL, Term.Operand.NONE, Term.Operand.NONE);
        machine.emit(EventKind.TRACEPOINT, Lane.CORE, add, device, 3, 0);
        var log = Term.of(
                "<6>Adding to iommu group %d", "log", Term.Operand.DECIMAL, Term.Operand.NONE, Term.Operand.NONE);
        machine.emit(EventKind.LOG, Lane.CORE, log, device, 3, 0);
        if (kernel.patches().contains(Patch.P1)) {
            machine.emit(EventKind.WARN, Lane.CORE, Term.function("f", "drivers/iommu/iommu.c"), device, 0, 0);
        }
        return new FakeRun(file, kernel, machine.finish());
    }

    @Override
    public String title() {
        return file.scenario().title();
    }

    @Override
    public String boardLine() {
        return "arm32";
    }

    @Override
    public Outcome outcome() {
        return kernel.patches().contains(Patch.P1) ? new Outcome.Broken("WARN in f") : new Outcome.Ok();
    }

    @Override
    public List<Chapter> chapters() {
        return List.of(new Chapter(0, "Boot", "It boots.", 1, recording.length(), "0"));
    }

    @Override
    public List<String> brokenRules() {
        return kernel.patches().contains(Patch.P1) ? List.of("hardware-follows-group") : List.of();
    }

    @Override
    public List<Judgement> judgements() {
        var evidence = Evidence.of(recording, file.logForm(kernel), chapters(), outcome(), brokenRules());
        return Expectations.judge(file.scenario(), kernel, file.config(kernel), evidence);
    }

    @Override
    public List<CallbackEntry> callbacks() {
        return List.of();
    }

    @Override
    public Moment momentAt(int step) {
        return new Moment(
                step, step / 1e6, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    @Override
    public long nanos() {
        return 1;
    }
}
