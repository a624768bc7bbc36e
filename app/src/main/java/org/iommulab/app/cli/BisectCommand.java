package org.iommulab.app.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.iommulab.explore.Bisect;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Patch;
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
        description = "Plays a scenario on every kernel from a good one to a bad one, one patch at a time.")
public final class BisectCommand implements Callable<Integer> {
    private final Player player;
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Option(names = "--good", paramLabel = "SPEC", defaultValue = "6.2", description = "default: 6.2")
    private String good = "6.2";

    @Option(names = "--bad", paramLabel = "SPEC", defaultValue = "6.2+p1..p5", description = "default: 6.2+p1..p5")
    private String bad = "6.2+p1..p5";

    @Mixin
    private Output output = new Output();

    public BisectCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find(scenario));
        Bisect.Report report = bisect(file, KernelOptions.parse(good), KernelOptions.parse(bad));
        String first = report.firstBad().map(Patch::text).orElse("none");
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
                    report.rows().stream().map(BisectCommand::cells).toList());
            out.println(first.equals("none") ? "none" : "first bad: " + first);
        }
        return ExitCode.AS_EXPECTED;
    }

    private Bisect.Report bisect(ScenarioFile file, KernelBuild from, KernelBuild to) {
        try {
            return Bisect.run(file.on(from), file.on(to), kernel -> player.play(file, kernel));
        } catch (Bisect.NoWay e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> cells(Bisect.Row row) {
        return List.of(
                row.kernel().spec(),
                row.bad() ? "bad" : "good",
                row.outcome().text(),
                row.rules().isEmpty() ? "none" : String.join(", ", row.rules()));
    }

    private static Map<String, Object> json(Bisect.Row row) {
        var json = new LinkedHashMap<String, Object>();
        json.put("kernel", row.kernel().spec());
        json.put("patch", row.patch().map(Patch::text).orElse(""));
        json.put("bad", row.bad());
        json.put("outcome", row.outcome().word());
        json.put("outcomeText", row.outcome().text());
        json.put("rulesBroken", row.rules());
        return json;
    }
}
