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
 * Recorded events a second of masters that read through units of two, three and four levels: the bus, the TLB, walks
 * from simulated memory, fills, the data. Every second access misses. Fresh memory, as {@link StepsBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
public class WalkEventsBenchmark {
    private static final int EVENTS = 1_000_000;
    private static final long RAM = 0x4000_0000L;

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Object record() {
        return run(Machine.recording(), EVENTS);
    }

    /** Accesses until there are so many events, and at most a few more. */
    static Machine run(Machine machine, int events) {
        var memory = new PhysicalMemory(machine, RAM, 8 << 20);
        var masters = new DmaMaster[3];
        for (int i = 0; i < masters.length; i++) {
            long tables = RAM + i * 0x10_0000L;
            WalkUnit.fillTables(memory, i + 2, tables, RAM + 0x40_0000L);
            masters[i] =
                    new DmaMaster(machine, "master", Optional.of(new WalkUnit(machine, memory, i + 2, tables)), memory);
        }
        long random = 1;
        for (int i = 0; machine.steps() < events; i++) {
            random = random * 6364136223846793005L + 1442695040888963407L;
            long address = random >>> 43 & 0x1f_fffc;
            var master = masters[i % masters.length];
            master.read32(address);
            master.read32(address ^ 0x40);
        }
        return machine;
    }
}
