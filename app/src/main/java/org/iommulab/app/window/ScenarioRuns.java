package org.iommulab.app.window;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.compare.SideRuns;
import org.iommulab.app.playback.Loading;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.capture.TraceReader;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.explore.compare.Side;
import org.iommulab.handover.HandOver;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;

/** Runs of scenario files, and looks at captured machines. Files are read anew for each run, so edits show. */
final class ScenarioRuns implements RunSource {
    /** The story that the window opens on. */
    private static final String FIRST = "drm-bind";

    private final List<Story> stories;

    ScenarioRuns() {
        stories = ScenarioLibrary.usual().map(ScenarioLibrary::scenarios).orElse(List.of()).stream()
                .sorted(Comparator.comparing(file -> !ScenarioLibrary.name(file).equals(FIRST)))
                .map(ScenarioRuns::ofLibrary)
                .toList();
    }

    /** One of many: no more of it is read than the list shows. */
    private static Story ofLibrary(Path file) {
        return ScenarioReader.heading(file)
                .map(heading ->
                        new Story(file.toString(), heading.title(), Story.Kind.SCENARIO, Optional.of(heading.kernel())))
                .orElseGet(() -> new Story(file.toString(), ScenarioLibrary.name(file)));
    }

    @Override
    public List<Story> stories() {
        return stories;
    }

    /** A file as something to open. What is wrong with it is said when it is run. */
    static Story story(Path file) {
        try {
            if (MachineFile.isFolderOfOne(file)) {
                return MachineKey.parse(file.toString()).story();
            }
            if (TraceReader.isTrace(file)) {
                return new Story(file.toString(), String.valueOf(file.getFileName()), Story.Kind.TRACE);
            }
            if (MachineFile.isTopology(file)) {
                return MachineKey.parse(file.toString()).story();
            }
            Scenario scenario = ScenarioReader.read(file);
            return new Story(
                    file.toString(),
                    scenario.title(),
                    Story.Kind.SCENARIO,
                    Optional.of(KernelSpec.parse(scenario.kernel())));
        } catch (BadInput | IOException e) {
            return new Story(file.toString(), ScenarioLibrary.name(file));
        }
    }

    @Override
    public List<Side> lanes(Story story, KernelBuild kernel) {
        if (story.captured()) {
            return List.of();
        }
        try {
            return SideRuns.lanes(ScenarioReader.open(Path.of(story.key())), kernel, Player::play);
        } catch (BadInput e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** What was open under this key; empty when its file is no longer there. */
    static Optional<Story> again(String key) {
        MachineKey machine = MachineKey.parse(key);
        if (key.isEmpty() || !Files.exists(machine.file())) {
            return Optional.empty();
        }
        return Optional.of(machine.text().equals(machine.file().toString()) ? story(machine.file()) : machine.story());
    }

    @Override
    public Run run(Story story, KernelBuild kernel) {
        return run(story, kernel, Loading.UNSEEN);
    }

    @Override
    public Run run(Story story, KernelBuild kernel, Loading loading) {
        MachineKey key = MachineKey.parse(story.key());
        Path file = key.file();
        if (story.kind() == Story.Kind.SCENARIO && Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    file + ": no captured machine is in this folder, expected a topology.json in it, or a file");
        }
        try {
            return switch (story.kind()) {
                case SCENARIO -> Player.play(ScenarioReader.open(file), kernel);
                case TRACE -> TracedRun.read(story.title(), file, kernel, loading);
                case MACHINE -> new CapturedRun(story.title(), MachineFile.read(file), key.override(), kernel);
                case HANDOVER ->
                    HandOver.play(MachineFile.read(file), key.device().orElseThrow(), key.override());
            };
        } catch (BadInput e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        } catch (IOException e) {
            String said = String.valueOf(e.getMessage());
            String name = String.valueOf(file.getFileName());
            throw new IllegalArgumentException(said.contains(name) ? said : file + ": " + said, e);
        }
    }
}
