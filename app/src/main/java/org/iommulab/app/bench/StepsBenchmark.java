package org.iommulab.app.bench;

import java.util.concurrent.TimeUnit;
import org.iommulab.sim.Machine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Recorded steps a second, into memory that was never used before; collecting the runs before is counted too. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StepsBenchmark {
    private static final int STEPS = 1_000_000;

    @Benchmark
    @OperationsPerInvocation(STEPS)
    public Object record() {
        return Steps.run(Machine.recording(), STEPS);
    }
}
