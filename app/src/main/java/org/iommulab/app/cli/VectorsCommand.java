package org.iommulab.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.explore.Vectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** vectors: golden page-table cases. */
@Command(
        name = "vectors",
        mixinStandardHelpOptions = true,
        description = "Runs golden page-table cases: what the kernel's own code wrote, entry by entry.")
public final class VectorsCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "case files, or folders that are searched for them")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "writes each case there as the lab ran it")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private Output output = new Output();

    public VectorsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new BadUsage(path + ": there is no such file or folder");
            }
        }
        Vectors.Report report = Vectors.run(paths, out);
        var to = console.out();
        if (output.isJson()) {
            Output.json(to, report);
        } else {
            Output.table(
                    to,
                    List.of("format", "passed", "failed", ""),
                    report.rows().stream()
                            .map(row -> List.of(
                                    row.format(),
                                    String.valueOf(row.passed()),
                                    String.valueOf(row.failed()),
                                    row.ran() ? "" : "not a format of the lab yet"))
                            .toList());
            report.rows().forEach(row -> row.failures().forEach(failure -> to.println("  " + failure)));
            to.println(report.passed() + " passed, " + report.failed() + " failed");
        }
        return ExitCode.expected(report.failed() == 0);
    }
}
