package org.iommulab.app.bench;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Recorded walks a second of a four-level table: a master reads page after page, and the TLB never has the one that it
 * reads. With each walk come the events and the TLB's entry that belong to it. Fresh memory, as {@link StepsBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class RecordedWalksBenchmark {
    private static final int WALKS = 100_000;
    private static final int LEVELS = 4;
    /** More than the TLB has sets, so that a page is gone before its turn comes again. */
    private static final int PAGES = 512;

    private static final long RAM = 0x4000_0000L;
    private static final long DATA = RAM + 0x40_0000L;

    @Benchmark
    @OperationsPerInvocation(WALKS)
    public Object record() {
        return run(Machine.recording(), WALKS);
    }

    /** So many accesses, each with a walk. */
    static Machine run(Machine machine, int walks) {
        var memory = new PhysicalMemory(machine, RAM, 8 << 20);
        WalkUnit.fillTables(memory, LEVELS, RAM, DATA);
        var unit = new WalkUnit(machine, memory, LEVELS, RAM);
        var master = new DmaMaster(machine, "master", Optional.of(unit), memory);
        for (int i = 0; i < walks; i++) {
            master.read32((long) (i % PAGES) << 12);
        }
        return machine;
    }
}
