package org.iommulab.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.explore.compare.Side;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.LimitReached;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** compare: two runs, or the lanes of a story, side by side. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a scenario on two kernels, with two command lines or drivers, or in its lanes; shows where they"
                    + " part and in what the machines differ at the end.",
            "Exit code 0 when nothing differs, 1 when something does."
        })
public final class CompareCommand implements Callable<Integer> {
    private final Player player;
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Mixin
    private AgainstOptions against = new AgainstOptions();

    @Option(
            names = "--context",
            paramLabel = "ROWS",
            description = "so many events before and after the first divergence (default: 8)",
            defaultValue = "8")
    private int context = 8;

    @Option(names = "--events", description = "every event, not only those round the first divergence")
    private boolean events;

    @Mixin
    private Output output = new Output();

    public CompareCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        if (context < 0) {
            throw new BadUsage("--context " + context + ": expected 0 or more");
        }
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find(scenario));
        List<Side> sides = Sides.play(file, kernel, against, player);
        var comparison = Comparison.of(sides);
        var report = new CompareReport(comparison, events ? Integer.MAX_VALUE : context);
        if (output.isJson()) {
            Output.json(console.out(), report.json());
        } else {
            report.text(console.out());
        }
        sides.stream()
                .flatMap(side -> side.run() instanceof PlayedRun played ? played.limit().stream() : Stream.empty())
                .findFirst()
                .ifPresent(CompareCommand::notAll);
        return ExitCode.expected(comparison.same());
    }

    /** What was reached stands above; the exit code says that it is not all. */
    private static void notAll(LimitReached limit) {
        throw limit;
    }
}
