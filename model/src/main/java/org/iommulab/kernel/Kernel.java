package org.iommulab.kernel;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The kernel that runs on the machine: what it was built from, its log and its work queue. */
public final class Kernel extends SimObject {
    private final KernelBuild build;
    private final Set<Behaviour> behaviours;
    private final Map<String, Boolean> config;
    private final KernelLog log;
    private final WorkQueue work;
    private final Timers timers;
    private final Questions questions = new Questions();
    private final CommandLine commandLine;
    private final boolean kdump;

    /**
     * @param boardConfig the configuration that a kernel for this board has, which the build may override
     */
    public Kernel(Machine machine, KernelBuild build, Map<String, Boolean> boardConfig) {
        super(machine);
        this.build = build;
        this.behaviours = EnumSet.copyOf(build.behaviours());
        var sorted = new TreeMap<>(boardConfig);
        sorted.putAll(build.config());
        this.config = new LinkedHashMap<>(sorted); // in that order, and faster to ask
        this.log = new KernelLog(this);
        this.work = new WorkQueue(this);
        this.timers = new Timers(this);
        this.commandLine = new CommandLine(build.commandLine());
        this.kdump =
                commandLine.last("elfcorehdr").filter(where -> !where.isEmpty()).isPresent();
    }

    @Override
    public String label() {
        return "Linux " + build.spec();
    }

    public KernelBuild build() {
        return build;
    }

    public boolean has(Behaviour behaviour) {
        questions.about(behaviour);
        return behaviours.contains(behaviour);
    }

    /**
     * Whether the kernel starts from this release or a later one: for what a driver changed from release to release.
     * What a patch of the series changes is a {@link Behaviour}, and so is every difference of the core.
     */
    public boolean since(Version version) {
        questions.about(version);
        return build.version().compareTo(version) >= 0;
    }

    /** What it was booted with. */
    public CommandLine commandLine() {
        return commandLine;
    }

    /** What has been asked of {@link #has} and {@link #since} so far. */
    public Questions questions() {
        return questions;
    }

    /** Whether {@code CONFIG_<name>} is set. */
    public boolean config(String name) {
        return config.getOrDefault(name, false);
    }

    /** is_kdump_kernel: it was started by the crash of another, whose memory elfcorehdr= on the command line describes. */
    public boolean isKdump() {
        return kdump;
    }

    /** PAGE_SIZE: 4 KiB, or 16 KiB on an arm64 kernel that is built for it. */
    public long pageBytes() {
        return config("ARM64") && config("ARM64_16K_PAGES") ? 1 << 14 : 1 << 12;
    }

    /** The configuration options that the lab knows of, with their values. */
    public Map<String, Boolean> config() {
        return config;
    }

    public KernelLog log() {
        return log;
    }

    public WorkQueue work() {
        return work;
    }

    public Timers timers() {
        return timers;
    }

    // Calls of kernel functions, as events: the core's lane, and the driver's.

    public long call(Term function, SimObject object, SimObject a, LongSupplier body) {
        return machine().call(Lane.CORE, function, object, a.id(), 0, body);
    }

    public long call(Term function, SimObject object, LongSupplier body) {
        return machine().call(Lane.CORE, function, object, 0, 0, body);
    }

    public void run(Term function, SimObject object, Runnable body) {
        machine().run(Lane.CORE, function, object, 0, 0, body);
    }

    public void run(Term function, SimObject object, SimObject a, Runnable body) {
        machine().run(Lane.CORE, function, object, a.id(), 0, body);
    }

    public long driverCall(Term function, SimObject object, LongSupplier body) {
        return machine().call(Lane.DRIVER, function, object, 0, 0, body);
    }

    public void driverRun(Term function, SimObject object, Runnable body) {
        machine().run(Lane.DRIVER, function, object, 0, 0, body);
    }
}
