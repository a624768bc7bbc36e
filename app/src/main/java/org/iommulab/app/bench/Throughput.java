package org.iommulab.app.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one JMH benchmark, as its annotations say. */
final class Throughput {
    private Throughput() {}

    /** The operations a second of a benchmark with one method, in millions. */
    static Row millionsASecond(String name, Class<?> benchmark, String unit, Row.Goal goal) {
        var options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        try {
            double perSecond =
                    new Runner(options).runSingle().getPrimaryResult().getScore();
            return new Row(name, perSecond / 1e6, unit, goal);
        } catch (RunnerException e) {
            throw new IllegalStateException("benchmark " + name + " failed", e);
        }
    }
}
