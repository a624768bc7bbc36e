package org.iommulab.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.explore.patches.Noticed;
import org.iommulab.explore.patches.PatchSheet;
import org.iommulab.kernel.Patch;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** patches: the series patch by patch, and where a story notices each. */
@Command(
        name = "patches",
        mixinStandardHelpOptions = true,
        description =
                "What each patch changes in the drivers' tables and the core, why, and where a story first notices it.")
public final class PatchesCommand implements Callable<Integer> {
    private static final String NONE = "none";

    private final Player player;
    private final Console console;

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            description = "a file, or the name of a scenario that comes with the lab")
    private Optional<String> scenario = Optional.empty();

    @Mixin
    private Output output = new Output();

    /** A patch and, when a story was named, where it notices it. */
    private record Told(PatchSheet sheet, Optional<Noticed> noticed) {}

    public PatchesCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        Optional<ScenarioFile> story = scenario.map(name -> ScenarioReader.open(ScenarioLibrary.find(name)));
        List<Told> patches = PatchSheet.all(boards()).stream()
                .map(sheet -> new Told(sheet, story.flatMap(file -> noticed(file, sheet.patch()))))
                .toList();
        if (output.isJson()) {
            Output.json(
                    console.out(),
                    patches.stream().map(told -> json(told, story)).toList());
        } else {
            patches.forEach(told -> text(console.out(), told, story));
            long ideas = patches.stream()
                    .filter(told -> told.sheet().patch().isIdea())
                    .count();
            console.out().println((patches.size() - ideas) + " patches, " + ideas + " never merged");
        }
        return ExitCode.AS_EXPECTED;
    }

    private Optional<Noticed> noticed(ScenarioFile file, Patch patch) {
        return Noticed.by(patch, kernel -> player.play(file, file.on(kernel)));
    }

    private static List<Board> boards() {
        return ScenarioLibrary.usual()
                .orElseThrow(() -> new BadUsage("found no folder 'scenarios' with boards, here or above"))
                .boards()
                .stream()
                .map(BoardReader::read)
                .toList();
    }

    private static void text(PrintWriter out, Told told, Optional<ScenarioFile> story) {
        PatchSheet sheet = told.sheet();
        Patch patch = sheet.patch();
        out.println(patch.text() + "  " + (patch.isIdea() ? "never merged" : patch.commit()) + "  " + patch.subject());
        out.println("  " + sheet.reason());
        sheet.added().forEach(behaviour -> out.println("  behaviour + " + behaviour));
        sheet.removed().forEach(behaviour -> out.println("  behaviour - " + behaviour));
        if (sheet.entries().isEmpty()) {
            out.println("  no driver's table changes");
        } else {
            var rows = new ArrayList<List<String>>();
            for (PatchSheet.Entry entry : sheet.entries()) {
                rows.add(List.of(
                        "  " + entry.driver(),
                        String.join(", ", entry.architectures()),
                        entry.callback(),
                        entry.before().orElse(NONE),
                        entry.after().orElse(NONE)));
            }
            Output.table(out, List.of("  driver", "on", "callback", "before", "after"), rows);
        }
        story.ifPresent(file -> out.println("  " + file.scenario().id() + ": "
                + told.noticed()
                        .map(noticed -> "step " + noticed.step() + " is '" + noticed.before() + "' without it, '"
                                + noticed.after() + "' with it")
                        .orElse("the same without and with it")));
        out.println();
    }

    private static Map<String, Object> json(Told told, Optional<ScenarioFile> story) {
        PatchSheet sheet = told.sheet();
        var json = new LinkedHashMap<String, Object>();
        json.put("patch", sheet.patch().text());
        json.put("commit", sheet.patch().commit());
        json.put("subject", sheet.patch().subject());
        json.put("reason", sheet.reason());
        json.put("behavioursAdded", sheet.added().stream().map(Enum::name).toList());
        json.put("behavioursRemoved", sheet.removed().stream().map(Enum::name).toList());
        json.put(
                "callbacks", sheet.entries().stream().map(PatchesCommand::entry).toList());
        story.ifPresent(file -> {
            json.put("scenario", file.scenario().id());
            told.noticed().ifPresent(noticed -> json.put("firstStep", noticed));
        });
        return json;
    }

    private static Map<String, Object> entry(PatchSheet.Entry entry) {
        var json = new LinkedHashMap<String, Object>();
        json.put("driver", entry.driver());
        json.put("architectures", entry.architectures());
        json.put("callback", entry.callback());
        json.put("before", entry.before().orElse(""));
        json.put("after", entry.after().orElse(""));
        return json;
    }
}
