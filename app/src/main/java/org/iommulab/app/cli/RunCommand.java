package org.iommulab.app.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Judgement;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** run: plays a scenario and says what came of it. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Plays a scenario: its story, the kernel log, the rules broken, the expectations.")
public final class RunCommand implements Callable<Integer> {
    private final Player player;
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--lane",
            paramLabel = "NAME",
            description = "of a story in lanes only this one (default: all, one after the other)")
    private Optional<String> lane = Optional.empty();

    @ArgGroup
    private What what = new What();

    /** What is printed instead of the report. */
    static final class What {
        @Option(names = "--events", description = "every event, one a line: step, lane, text indented by call depth")
        private boolean events;

        @Option(names = "--trace", description = "only the kernel's tracepoints, as trace_pipe prints them")
        private boolean trace;

        @Option(
                names = "--why",
                paramLabel = "STEP",
                arity = "0..1",
                fallbackValue = WhyReport.END,
                description = "the way to what is wrong at a step, from its cause (default: what is wrong last)")
        private @Nullable Integer why;
    }

    public RunCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        List<ScenarioFile> lanes = Lanes.chosen(ScenarioReader.open(ScenarioLibrary.find(scenario)), lane);
        if (lanes.size() > 1 && what.why != null) {
            throw new BadUsage("--why is asked of one run: expected --lane NAME with a story in lanes");
        }
        if (lanes.size() > 1) {
            return inLanes(lanes);
        }
        ScenarioFile file = lanes.getFirst();
        KernelBuild build = kernel.build(file);
        Run run = player.play(file, build);
        var report = new RunReport(file, build, run);
        var out = console.out();
        if (what.why != null) {
            new WhyReport(run, what.why).write(out, output.isJson());
        } else if (output.isJson()) {
            Output.json(out, report.json(what.events, what.trace));
        } else if (what.events) {
            report.events(out);
        } else if (what.trace) {
            report.trace(out);
        } else {
            report.text(out);
        }
        if (run instanceof PlayedRun played && played.limit().isPresent()) {
            throw played.limit().get(); // what was reached stands above; the exit code says that it is not all
        }
        return ExitCode.expected(run.judgements().stream().allMatch(Judgement::met));
    }

    private int inLanes(List<ScenarioFile> files) {
        var reports = new LanesReport();
        files.forEach(file -> {
            KernelBuild build = kernel.build(file);
            reports.add(file, build, player.play(file, build));
        });
        if (output.isJson()) {
            Output.json(console.out(), reports.json(what.events, what.trace));
        } else {
            reports.text(console.out(), what.events, what.trace);
        }
        reports.limit().ifPresent(limit -> {
            throw limit;
        });
        return ExitCode.expected(reports.met());
    }
}
