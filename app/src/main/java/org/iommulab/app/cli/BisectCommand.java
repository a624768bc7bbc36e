package org.iommulab.app.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.explore.Bisect;
import org.iommulab.explore.Judge;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** bisect: the first bad patch. */
@Command(
        name = "bisect",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a scenario on every kernel from a good one to a bad one, one change at a time: patches, releases,"
                    + " options, callbacks.",
            "A kernel is bad when its outcome, or the set of rules that it breaks, differs from the good end's; with"
                    + " --judge, when it breaks that rule, or does not meet what the scenario expects of the good end."
        })
public final class BisectCommand implements Callable<Integer> {
    private final Player player;
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Option(names = "--good", paramLabel = "SPEC", defaultValue = "6.2", description = "default: 6.2")
    private String good = "6.2";

    @Option(names = "--bad", paramLabel = "SPEC", defaultValue = "6.2+p1..p5", description = "default: 6.2+p1..p5")
    private String bad = "6.2+p1..p5";

    @Option(
            names = "--judge",
            paramLabel = "RULE|expectation",
            description = "who says what is bad: a rule (see list rules), expectation, or expectation:WHAT as in"
                    + " expectation:outcome (default: any difference)")
    private Optional<String> judge = Optional.empty();

    @Option(
            names = "--cmdline",
            paramLabel = "TEXT",
            description = "the kernel's command line, at both ends unless --bad-cmdline says otherwise")
    private Optional<String> commandLine = Optional.empty();

    @Option(names = "--bad-cmdline", paramLabel = "TEXT", description = "the bad end's command line")
    private Optional<String> badCommandLine = Optional.empty();

    @Option(
            names = "--config",
            paramLabel = "NAME=y|n",
            description = "an option of the configuration, at both ends; repeatable")
    private List<String> config = new ArrayList<>();

    @Option(names = "--bad-config", paramLabel = "NAME=y|n", description = "the same at the bad end; repeatable")
    private List<String> badConfig = new ArrayList<>();

    @Option(
            names = "--bad-remove",
            paramLabel = "DRIVER.CALLBACK",
            description = "a callback that the bad end's driver does not have; repeatable")
    private List<String> badRemoved = new ArrayList<>();

    @Option(
            names = "--bad-fail",
            paramLabel = "DRIVER.CALLBACK@N=-ERRNO",
            description = "a call that fails at the bad end; repeatable")
    private List<String> badFailing = new ArrayList<>();

    @Mixin
    private Output output = new Output();

    public BisectCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find(scenario));
        Bisect.Report report = bisect(file);
        String first = report.firstBad().orElse("none");
        var out = console.out();
        if (output.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("scenario", file.scenario().id());
            json.put("rows", report.rows().stream().map(BisectCommand::json).toList());
            json.put("firstBad", first);
            Output.json(out, json);
        } else {
            Output.table(
                    out,
                    List.of("kernel", "good or bad", "outcome", "rules broken"),
                    report.rows().stream()
                            .map(row -> cells(row, report.rows().getFirst()))
                            .toList());
            if (report.badFromTheStart()) {
                console.err().println("iommulab: the good end is bad already");
            }
            if (report.rows().size() == 1) {
                console.err().println("iommulab: both ends are the same kernel: there is nothing between them");
            }
            out.println(first.equals("none") ? "none" : "first bad: " + first);
        }
        return ExitCode.AS_EXPECTED;
    }

    private Bisect.Report bisect(ScenarioFile file) {
        Map<String, Boolean> options = KernelOptions.config(config, file);
        String line = commandLine.orElse("");
        KernelBuild from = KernelOptions.parse(good).withConfig(options).withCommandLine(line);
        options.putAll(KernelOptions.config(badConfig, file));
        KernelBuild to = KernelOptions.parse(bad)
                .withConfig(options)
                .withCommandLine(badCommandLine.orElse(line))
                .without(OnPurpose.removals("--bad-remove", badRemoved, file))
                .failing(OnPurpose.failures("--bad-fail", badFailing, file));
        try {
            Judge who = judge.map(Judge::named).orElse(new Judge.Difference());
            return Bisect.run(file.on(from), file.on(to), kernel -> player.play(file, kernel), who);
        } catch (IllegalArgumentException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> cells(Bisect.Row row, Bisect.Row first) {
        return List.of(
                KernelLine.changed(row.kernel(), first.kernel()),
                row.bad() ? "bad" : "good",
                row.outcome().text(),
                row.rules().isEmpty() ? "none" : String.join(", ", row.rules()));
    }

    private static Map<String, Object> json(Bisect.Row row) {
        var json = new LinkedHashMap<String, Object>();
        json.put("kernel", row.kernel().spec());
        json.put("patch", row.change());
        json.put("bad", row.bad());
        json.put("outcome", row.outcome().word());
        json.put("outcomeText", row.outcome().text());
        json.put("rulesBroken", row.rules());
        return json;
    }
}
