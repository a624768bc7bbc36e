package org.iommulab.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.iommulab.explore.Catalogue;
import org.iommulab.explore.breaks.CallCensus;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.Sweep;
import org.iommulab.explore.breaks.SweepRequest;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.json.Names;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** what-breaks: every driver without each of its callbacks, in each of its stories, on every kernel. */
@Command(
        name = "what-breaks",
        mixinStandardHelpOptions = true,
        description = "Takes every callback out of every driver's table, on every kernel, in every story of the driver,"
                + " and says what breaks and why.")
public final class WhatBreaksCommand implements Callable<Integer> {
    private final Console console;

    /** In which form the cells are told. */
    enum Format {
        text,
        json,
        csv
    }

    @Option(names = "--driver", paramLabel = "DRIVER", description = "only this driver; repeatable")
    private List<String> drivers = new ArrayList<>();

    @Option(names = "--callback", paramLabel = "CALLBACK", description = "only this callback; repeatable")
    private List<String> callbacks = new ArrayList<>();

    @Option(
            names = "--kernel",
            paramLabel = "SPEC",
            description = "only this kernel; repeatable (default: every level of the series and the releases after it)")
    private List<String> kernels = new ArrayList<>();

    @Option(
            names = "--scenario",
            paramLabel = "SCENARIO",
            description = "only this story, a file or a name; repeatable")
    private List<String> scenarios = new ArrayList<>();

    @Option(
            names = "--fail-nth",
            description = "besides taking a callback out, let its 1st, 2nd, ... n-th call fail, up to the last")
    private boolean failNth;

    @Option(
            names = "--every-run",
            description = "run every cell, also where it is known that the run is the same as another")
    private boolean everyRun;

    @Option(
            names = "--never-called",
            description = "the reverse: which callbacks are in a table and are never called in any story")
    private boolean neverCalled;

    @Option(names = "--jobs", paramLabel = "N", description = "how many runs at a time (default: one a core)")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES} (default: text)", defaultValue = "text")
    private Format format = Format.text;

    @ArgGroup(exclusive = false)
    private MatrixOptions picture = new MatrixOptions();

    public WhatBreaksCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (jobs < 1) {
            throw new BadUsage("--jobs " + jobs + ": expected 1 or more");
        }
        List<Level> levels = kernels.isEmpty()
                ? Level.KNOWN
                : kernels.stream().map(WhatBreaksCommand::level).toList();
        picture.check(levels);
        if (neverCalled && (failNth || everyRun || picture.isWanted())) {
            throw new BadUsage("--never-called counts calls and breaks nothing: expected it without "
                    + (failNth ? "--fail-nth" : everyRun ? "--every-run" : "--picture"));
        }
        List<ScenarioFile> stories = stories();
        Set<String> wanted = drivers();
        if (neverCalled) {
            NeverCalledReport.write(
                    console.out(),
                    CallCensus.of(
                            stories.stream()
                                    .filter(story -> wanted.isEmpty()
                                            || Sweep.driversOf(story.board()).stream()
                                                    .anyMatch(wanted::contains))
                                    .toList(),
                            levels),
                    wanted,
                    callbacks(),
                    format);
            return ExitCode.AS_EXPECTED;
        }
        var request = new SweepRequest(wanted, callbacks(), levels, stories, failNth, !everyRun, jobs);
        List<Cell> cells = Collections.synchronizedList(new ArrayList<>());
        SweepTally tally = new Sweep(request).run(cells::addAll);
        picture.draw(cells, levels, tally).ifPresent(file -> console.err().println("picture: " + file));
        new CellReport(cells, levels).write(console.out(), format);
        console.err()
                .println(String.format(
                        Locale.ROOT,
                        "%d runs in %.2f s: %.0f runs/s",
                        tally.runs(),
                        tally.nanos() / 1e9,
                        tally.runsPerSecond()));
        return ExitCode.AS_EXPECTED;
    }

    private List<ScenarioFile> stories() {
        List<Path> files = scenarios.isEmpty()
                ? ScenarioLibrary.usual()
                        .orElseThrow(() -> new BadUsage("there is no scenarios folder here"))
                        .scenarios()
                : scenarios.stream().map(ScenarioLibrary::find).toList();
        return files.parallelStream().map(ScenarioReader::open).toList();
    }

    private static Level level(String spec) {
        return Level.KNOWN.stream()
                .filter(known -> known.spec().equals(spec))
                .findFirst()
                .orElseGet(() -> {
                    String name = KernelOptions.parse(spec).spec();
                    return new Level(name, name, spec);
                });
    }

    private Set<String> drivers() {
        List<String> known =
                Catalogue.drivers().stream().map(Catalogue.Driver::name).toList();
        for (String name : drivers) {
            if (!known.contains(name)) {
                throw new BadUsage("--driver " + name + ": unknown driver '" + name + "'" + Names.hint(name, known));
            }
        }
        return Set.copyOf(drivers);
    }

    private Set<Callback> callbacks() {
        List<String> known =
                Arrays.stream(Callback.values()).map(Callback::kernelName).toList();
        var found = new HashSet<Callback>();
        for (String name : callbacks) {
            found.add(Callback.named(name)
                    .orElseThrow(() -> new BadUsage(
                            "--callback " + name + ": unknown callback '" + name + "'" + Names.hint(name, known))));
        }
        return found;
    }
}
