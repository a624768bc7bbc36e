package org.iommulab.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.iommulab.app.bench.Benchmarks;
import org.iommulab.json.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** bench: the benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Runs the benchmarks; the exit code is 1 when a figure misses its goal on this machine.")
public final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "which; all when none is named")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "for page-table: the table of the kernel's C code, made on this machine just before")
    private Optional<Path> baseline = Optional.empty();

    public BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        for (String name : names) {
            if (!Benchmarks.names().contains(name)) {
                throw new BadUsage("unknown benchmark '" + name + "'" + Names.hint(name, Benchmarks.names()));
            }
        }
        baseline.filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new BadUsage("--baseline " + file + ": there is no such file");
        });
        int missed = Benchmarks.run(names, baseline, console.out());
        console.out().flush();
        return ExitCode.expected(missed == 0);
    }
}
