package org.iommulab.app.window;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.iommulab.app.compare.SideRuns;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.capture.TopologyReader;
import org.iommulab.capture.TraceReader;
import org.iommulab.explore.compare.Side;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;

/** Runs of scenario files, and looks at captured machines. Files are read anew for each run, so edits show. */
final class ScenarioRuns implements RunSource {
    /** The story that the window opens on. */
    private static final String FIRST = "drm-bind";

    private static final String TOPOLOGY_MARK = "\"iommu_instances\"";

    private static final int BEGINNING = 1 << 16;

    private final List<Story> stories;

    ScenarioRuns() {
        stories = ScenarioLibrary.usual().map(ScenarioLibrary::scenarios).orElse(List.of()).stream()
                .sorted(Comparator.comparing(file -> !ScenarioLibrary.name(file).equals(FIRST)))
                .map(ScenarioRuns::story)
                .toList();
    }

    @Override
    public List<Story> stories() {
        return stories;
    }

    /** A file as something to open. What is wrong with it is said when it is run. */
    static Story story(Path file) {
        try {
            if (isTrace(file)) {
                return new Story(file.toString(), String.valueOf(file.getFileName()), true, false);
            }
            if (isTopology(file)) {
                return new Story(file.toString(), String.valueOf(file.getFileName()), true, true);
            }
            Scenario scenario = ScenarioReader.read(file);
            return new Story(file.toString(), scenario.title());
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

    /** A trace may be long: only its beginning is looked at. */
    private static boolean isTrace(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return TraceReader.isTrace(new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8));
        }
    }

    private static boolean isTopology(Path file) throws IOException {
        return Files.readString(file).contains(TOPOLOGY_MARK);
    }

    @Override
    public Run run(Story story, KernelBuild kernel) {
        Path file = Path.of(story.key());
        try {
            if (story.captured() && !story.still()) {
                return TracedRun.read(story.title(), file, kernel);
            }
            if (story.captured()) {
                return new CapturedRun(story.title(), TopologyReader.read(file), kernel);
            }
            return Player.play(ScenarioReader.open(file), kernel);
        } catch (BadInput e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
