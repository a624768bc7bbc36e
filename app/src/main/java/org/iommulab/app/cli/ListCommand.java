package org.iommulab.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.explore.Catalogue;
import org.iommulab.explore.DriverSurvey;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Patch;
import org.iommulab.kernel.Version;
import org.iommulab.rules.Rule;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** list: what there is. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists what the lab has.")
public final class ListCommand implements Callable<Integer> {
    private final Console console;

    /** What can be listed. */
    enum What {
        kernels,
        drivers,
        callbacks,
        scenarios,
        boards,
        rules,
        formats
    }

    @Parameters(paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}")
    private What what = What.kernels;

    @Option(
            names = "--kernel",
            paramLabel = "SPEC",
            defaultValue = "6.2",
            description = "the kernel whose callbacks are listed (default: 6.2)")
    private String kernel = "6.2";

    @Option(names = "--markdown", description = "as a table for a README, instead of text")
    private boolean markdown;

    @Mixin
    private Output output = new Output();

    /** A list with names for its columns. */
    private record Table(List<String> heading, List<List<String>> rows, Optional<List<?>> json) {
        Table(List<String> heading, List<List<String>> rows) {
            this(heading, rows, Optional.empty());
        }

        /** What JSON says: an object a row, which may hold more than the table can show. */
        List<?> objects() {
            return json.<List<?>>map(list -> list)
                    .orElseGet(
                            () -> rows.stream().map(row -> object(heading, row)).toList());
        }
    }

    public ListCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Table table = switch (what) {
            case kernels -> kernels();
            case drivers -> drivers();
            case callbacks -> callbacks(KernelOptions.parse(kernel));
            case scenarios -> scenarios();
            case boards -> boards();
            case rules -> rules();
            case formats -> formats();
        };
        var out = console.out();
        if (output.isJson()) {
            Output.json(out, table.objects());
        } else if (markdown) {
            Output.markdown(out, table.heading(), table.rows());
        } else {
            Output.table(out, table.heading(), table.rows());
        }
        return ExitCode.AS_EXPECTED;
    }

    private static Table kernels() {
        var rows = new ArrayList<List<String>>();
        for (Version version : Version.values()) {
            rows.add(List.of(version.text(), "release", level(version.text()), "", ""));
        }
        for (Level level : Level.SERIES) {
            if (level.spec().contains("+")) {
                rows.add(List.of(level.spec(), "level", level.key(), "", ""));
            }
        }
        for (Patch patch : Patch.values()) {
            String kind = patch.isIdea() ? "never merged" : "patch";
            rows.add(List.of("+" + patch.text(), kind, "", patch.commit(), patch.subject()));
        }
        return new Table(List.of("spec", "kind", "level", "commit", "subject"), rows);
    }

    private static String level(String spec) {
        return Level.SERIES.stream()
                .filter(level -> level.spec().equals(spec))
                .map(Level::key)
                .findFirst()
                .orElse("");
    }

    private static Table drivers() {
        List<Board> boards = library().boards().stream().map(BoardReader::read).toList();
        List<DriverSurvey.Row> drivers = new DriverSurvey(boards).rows();
        return new Table(
                List.of("driver", "kernel file", "unit", "formats", "on", "default domain"),
                drivers.stream()
                        .map(row -> List.of(
                                row.driver(),
                                row.file(),
                                row.unit(),
                                row.formats().isEmpty() ? "no pages" : String.join(", ", row.formats()),
                                row.architecture().orElse(""),
                                row.defaultDomainsInWords()))
                        .toList(),
                Optional.of(drivers));
    }

    private static Table callbacks(KernelBuild build) {
        var rows = new ArrayList<List<String>>();
        for (Path file : library().boards()) {
            Board board = BoardReader.read(file);
            for (Catalogue.Entry entry : Catalogue.callbacks(board, build)) {
                rows.add(List.of(
                        entry.board(), entry.driver() + "." + entry.callback(), entry.function(), entry.table()));
            }
        }
        return new Table(List.of("board", "callback", "function", "table"), rows);
    }

    private static Table scenarios() {
        var rows = new ArrayList<List<String>>();
        for (Path file : library().scenarios()) {
            Scenario scenario = ScenarioReader.read(file);
            rows.add(List.of(scenario.id(), scenario.board(), scenario.title(), file.toString()));
        }
        return new Table(List.of("scenario", "board", "title", "file"), rows);
    }

    private static Table boards() {
        var rows = new ArrayList<List<String>>();
        for (Path file : library().boards()) {
            Board board = BoardReader.read(file);
            rows.add(List.of(board.name(), Spelling.constant(board.architecture()), board.title(), file.toString()));
        }
        return new Table(List.of("board", "architecture", "title", "file"), rows);
    }

    private static Table rules() {
        return new Table(
                List.of("rule", "title", "breach", "protects", "the kernel's guarantee"),
                Rule.ALL.stream()
                        .map(rule -> List.of(
                                rule.key(),
                                rule.title(),
                                rule.isSuspicion() ? "suspicious" : "broken",
                                rule.protects(),
                                rule.guarantee()))
                        .toList());
    }

    private static Table formats() {
        return new Table(
                List.of("format"), Catalogue.formats().stream().map(List::of).toList());
    }

    private static ScenarioLibrary library() {
        return ScenarioLibrary.usual()
                .orElseThrow(() -> new BadUsage("found no folder 'scenarios' with boards, here or above"));
    }

    private static Map<String, String> object(List<String> heading, List<String> row) {
        var object = new LinkedHashMap<String, String>();
        for (int i = 0; i < heading.size(); i++) {
            object.put(heading.get(i), row.get(i));
        }
        return object;
    }
}
