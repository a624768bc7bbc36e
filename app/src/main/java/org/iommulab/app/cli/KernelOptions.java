package org.iommulab.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.iommulab.board.BoardOptions;
import org.iommulab.json.Names;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.UnknownPatch;
import org.iommulab.scenario.ScenarioFile;
import picocli.CommandLine.Option;

/** Which kernel a command runs on, and what was broken in it on purpose. */
final class KernelOptions {
    @Option(
            names = "--kernel",
            paramLabel = "SPEC",
            description = "as in 6.2, 6.2+p1..p3, 6.2+p1..p5+exynos-fix, 6.3, 6.4 (default: the scenario's)")
    private Optional<String> kernel = Optional.empty();

    @Option(
            names = "--remove",
            paramLabel = "DRIVER.CALLBACK",
            description = "takes a callback out of a driver's table; repeatable")
    private List<String> removed = new ArrayList<>();

    @Option(
            names = "--fail",
            paramLabel = "DRIVER.CALLBACK@N=-ERRNO",
            description = "the n-th call of a callback returns this error; repeatable")
    private List<String> failing = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "NAME=y|n",
            description = "an option of the kernel's configuration, without CONFIG_; repeatable")
    private List<String> config = new ArrayList<>();

    @Option(names = "--cmdline", paramLabel = "TEXT", description = "the kernel's command line")
    private Optional<String> commandLine = Optional.empty();

    /** The kernel for a scenario. */
    KernelBuild build(ScenarioFile file) {
        KernelBuild base = parse(kernel.orElse(file.scenario().kernel()));
        return file.on(base.withConfig(config(config, file))
                .withCommandLine(commandLine.orElse(""))
                .without(OnPurpose.removals("--remove", removed, file))
                .failing(OnPurpose.failures("--fail", failing, file)));
    }

    static Map<String, Boolean> config(List<String> texts, ScenarioFile file) {
        var options = new TreeMap<String, Boolean>();
        for (String one : texts) {
            Map.Entry<String, Boolean> option = option(one, file);
            options.put(option.getKey(), option.getValue());
        }
        return options;
    }

    /** For a command whose kernel means nothing unless another option is there. */
    void refuseWithout(String option) {
        boolean given = kernel.isPresent()
                || commandLine.isPresent()
                || !removed.isEmpty()
                || !failing.isEmpty()
                || !config.isEmpty();
        if (given) {
            throw new BadUsage("a kernel means something only with " + option);
        }
    }

    static KernelBuild parse(String spec) {
        try {
            return KernelSpec.parse(spec);
        } catch (UnknownPatch e) {
            throw new BadUsage(e.getMessage() + Names.hint(e.written(), e.known()));
        } catch (IllegalArgumentException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
    }

    private static Map.Entry<String, Boolean> option(String text, ScenarioFile file) {
        String[] parts = text.split("=", -1);
        if (parts.length != 2 || !parts[1].matches("[yn]")) {
            throw new BadUsage("--config " + text + ": expected NAME=y or NAME=n");
        }
        String name = parts[0].startsWith("CONFIG_") ? parts[0].substring(7) : parts[0];
        var known = BoardOptions.of(file.board());
        if (!known.contains(name)) {
            throw new BadUsage(
                    "--config " + text + ": this board has no option '" + name + "'" + Names.hint(name, known));
        }
        return Map.entry(name, parts[1].equals("y"));
    }
}
