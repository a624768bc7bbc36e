package org.iommulab.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.iommulab.app.bench.Benchmarks;
import org.iommulab.json.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** bench: the benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Runs the benchmarks; the exit code is 1 when a figure misses its goal on this machine.")
public final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "which; all when none is named")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() {
        for (String name : names) {
            if (!Benchmarks.names().contains(name)) {
                throw new BadUsage("unknown benchmark '" + name + "'" + Names.hint(name, Benchmarks.names()));
            }
        }
        return ExitCode.expected(Benchmarks.run(names, spec.commandLine().getOut()) == 0);
    }
}
