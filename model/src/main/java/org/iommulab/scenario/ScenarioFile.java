package org.iommulab.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.board.Board;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.words.KernelLogText;

/** A scenario with the board that it is about, both read and checked. */
public record ScenarioFile(Path file, Scenario scenario, Board board) {
    /** The kernel to play it on when nobody names one. */
    public KernelBuild usualKernel() {
        return on(KernelSpec.parse(scenario.kernel()));
    }

    /** The story in each of its lanes; this alone when it has none or one was chosen. */
    public List<ScenarioFile> lanes() {
        return scenario.lanes().size() < 2
                ? List.of(this)
                : scenario.lanes().stream()
                        .map(lane -> new ScenarioFile(file, scenario.in(lane), board))
                        .toList();
    }

    /**
     * This kernel as the scenario wants it: with its options and command line where the kernel has none of its own, and
     * with what its lane always has.
     */
    public KernelBuild on(KernelBuild kernel) {
        var config = new TreeMap<String, Boolean>();
        scenario.config().forEach((name, value) -> config.put(name, value.isYes()));
        config.putAll(kernel.config());
        KernelBuild configured = kernel.withConfig(config);
        KernelBuild build = kernel.commandLine().isEmpty()
                ? configured.withCommandLine(scenario.cmdline().orElse(""))
                : configured;
        return scenario.lane().map(lane -> inLane(build, lane)).orElse(build);
    }

    private static KernelBuild inLane(KernelBuild build, StoryLane lane) {
        var config = new TreeMap<>(build.config());
        lane.config().forEach((name, value) -> config.put(name, value.isYes()));
        KernelBuild base = lane.kernel()
                .map(KernelSpec::parse)
                .map(named -> build.on(named.version()).with(named.patches()))
                .orElse(build);
        return base.withConfig(config).withCommandLine(lane.cmdline().orElse(build.commandLine()));
    }

    /** Every option that this kernel has on the scenario's board. */
    public Map<String, Boolean> config(KernelBuild kernel) {
        var config = new TreeMap<String, Boolean>();
        board.config().forEach((name, value) -> config.put(name, value.isYes()));
        config.putAll(on(kernel).config());
        return config;
    }

    KernelLogText.Arch logArch() {
        return switch (board.architecture()) {
            case ARM32 -> KernelLogText.Arch.ARM32;
            case ARM64 -> KernelLogText.Arch.ARM64;
            case X86 -> KernelLogText.Arch.X86;
            case POWERPC, RISCV64, S390 -> KernelLogText.Arch.OTHER;
        };
    }

    /** How the log of this kernel looks on this board. */
    public KernelLogText.Form logForm(KernelBuild kernel) {
        return new KernelLogText.Form(logArch(), config(kernel).getOrDefault("SMP", false), kernel.version());
    }
}
