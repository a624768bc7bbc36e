package org.iommulab.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.Option;

/** What a run is held against: another kernel, another command line, another story. */
final class AgainstOptions {
    @Option(
            names = "--against",
            paramLabel = "SPEC",
            description = "the second run's kernel (default: the first run's)")
    private Optional<String> kernel = Optional.empty();

    @Option(
            names = "--with",
            paramLabel = "SCENARIO",
            description = "the second run's scenario: another driver (default: the first run's)")
    private Optional<String> scenario = Optional.empty();

    @Option(
            names = "--against-remove",
            paramLabel = "DRIVER.CALLBACK",
            description = "takes a callback out in the second run, of which --remove does not speak; repeatable")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--against-fail",
            paramLabel = "DRIVER.CALLBACK@N=-ERRNO",
            description = "lets a call fail in the second run, of which --fail does not speak; repeatable")
    private List<String> failing = new ArrayList<>();

    @Option(
            names = "--against-config",
            paramLabel = "NAME=y|n",
            description = "an option in the second run, beside or instead of those of --config; repeatable")
    private List<String> config = new ArrayList<>();

    @Option(
            names = "--against-cmdline",
            paramLabel = "TEXT",
            description = "the second run's command line (default: the first run's)")
    private Optional<String> commandLine = Optional.empty();

    /** Whether anything says what to compare with. */
    boolean given() {
        return kernel.isPresent()
                || scenario.isPresent()
                || commandLine.isPresent()
                || !removed.isEmpty()
                || !failing.isEmpty()
                || !config.isEmpty();
    }

    /** The second run's story. */
    ScenarioFile file(ScenarioFile first) {
        return scenario.map(name -> ScenarioReader.open(ScenarioLibrary.find(name)))
                .orElse(first);
    }

    /** The second run's kernel. What was broken in the first on purpose is not broken here. */
    KernelBuild build(ScenarioFile second, KernelBuild first) {
        KernelBuild base = kernel.map(KernelOptions::parse)
                .orElseGet(() -> KernelBuild.of(first.version()).with(first.patches()));
        var options = new TreeMap<String, Boolean>();
        if (scenario.isEmpty()) {
            options.putAll(first.config());
        }
        options.putAll(KernelOptions.config(config, second));
        String line = commandLine.orElse(scenario.isEmpty() ? first.commandLine() : "");
        return second.on(base.withConfig(options)
                .withCommandLine(line)
                .without(OnPurpose.removals("--against-remove", removed, second))
                .failing(OnPurpose.failures("--against-fail", failing, second)));
    }
}
