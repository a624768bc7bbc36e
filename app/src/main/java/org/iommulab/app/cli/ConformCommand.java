package org.iommulab.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.conform.Conformance;
import org.iommulab.conform.Conformance.Share;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** conform: experiments that real kernels went through, done again. */
@Command(
        name = "conform",
        mixinStandardHelpOptions = true,
        description =
                "Builds the machine of a captured kernel, runs its experiment on the lab's core and compares the two.")
public final class ConformCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "folders of captures")
    private List<Path> folders = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "writes the lab's own steps.json of each capture there")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--summary", description = "a row for each capture, none for its sections")
    private boolean summary;

    @Option(names = "--markdown", description = "that summary as a table for a README")
    private boolean markdown;

    @Mixin
    private Output output = new Output();

    public ConformCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Conformance.Report report = run();
        if (output.isJson()) {
            Output.json(console.out(), report);
        } else {
            print(report);
        }
        return ExitCode.expected(report.failed() == 0);
    }

    private Conformance.Report run() {
        try {
            return Conformance.run(folders, out);
        } catch (IOException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
    }

    private void print(Conformance.Report report) {
        var to = console.out();
        if (!summary && !markdown) {
            for (Conformance.Row row : report.rows()) {
                to.println(row.capture());
                Output.table(
                        to,
                        List.of("section", "steps", "events", "calls", "fault lines", "left out"),
                        row.sections().stream().map(ConformCommand::line).toList());
                row.sections()
                        .forEach(section -> section.difference()
                                .ifPresent(what -> to.println("  " + section.title() + ": " + what)));
                to.println();
            }
        }
        List<String> heading = List.of("capture", "steps", "events", "calls", "fault lines");
        List<List<String>> rows =
                report.rows().stream().map(ConformCommand::line).toList();
        if (markdown) {
            Output.markdown(to, heading, rows);
        } else {
            Output.table(to, heading, rows);
        }
        if (!markdown) {
            report.rows().forEach(row -> row.notes().forEach(note -> to.println(row.capture() + ": " + note)));
        }
        to.println(report.passed() + " passed, " + report.failed() + " failed");
    }

    private static List<String> line(Conformance.Section section) {
        return List.of(
                section.title(),
                of(section.steps()),
                of(section.events()),
                of(section.calls()),
                of(section.faults()),
                section.leftOut() == 0 ? "" : Integer.toString(section.leftOut()));
    }

    private static List<String> line(Conformance.Row row) {
        return row.compared()
                ? List.of(
                        row.capture(),
                        percent(row.steps()),
                        percent(row.events()),
                        percent(row.calls()),
                        percent(row.faults()))
                : List.of(row.capture(), "nothing to compare with", "", "", "");
    }

    private static String of(Share share) {
        return share.all() == 0 ? "" : share.same() + "/" + share.all();
    }

    private static String percent(Share share) {
        return share.all() == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", share.percent());
    }
}
