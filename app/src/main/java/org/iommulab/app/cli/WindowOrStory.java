package org.iommulab.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.export.NoPictures;
import org.iommulab.app.export.Pictures;
import org.iommulab.app.export.Storyboard;
import org.iommulab.app.window.Lab;
import org.iommulab.capture.TraceReader;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.scenario.Chapter;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;

/** The start without a command: the window; without a display, the story as pictures, an animation and a text. */
public final class WindowOrStory implements OpenCommand.Start {
    private static final String DEFAULT_STORY = "drm-bind";
    private static final Path FOLDER = Path.of("iommulab-story");
    private static final String TOLD = "'iommulab machine %s' tells of a captured machine as text";
    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final int STEPS_ANIMATED = 40;

    private final Player player;
    private final Console console;

    public WindowOrStory(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public int open(List<String> arguments, Optional<String> named) {
        Optional<String> without =
                Lab.isHeadless() && !Lab.isTraining() ? Optional.of("there is no display") : Lab.open(arguments);
        if (without.isEmpty()) {
            return ExitCode.AS_EXPECTED;
        }
        Optional<String> elsewhere = arguments.stream().findFirst().flatMap(WindowOrStory::elsewhere);
        if (elsewhere.isPresent()) {
            console.err().println("iommulab: no window: " + without.get() + "; " + elsewhere.get());
            return ExitCode.BAD_INPUT;
        }
        console.err().println("iommulab: no window: " + without.get() + "; the story goes to " + FOLDER + "/ instead");
        Path file = ScenarioLibrary.find(arguments.stream().findFirst().orElse(DEFAULT_STORY));
        ScenarioFile scenario = ScenarioReader.open(file);
        Run run = player.play(scenario, scenario.usualKernel());
        try {
            List<Path> made = Storyboard.write(run, FOLDER, Theme.DARK);
            if (made.stream().anyMatch(picture -> picture.toString().endsWith(".png"))) {
                animate(run);
            } else {
                console.err()
                        .println("iommulab: PNG cannot be painted on this machine: the pictures are SVG, without an"
                                + " animation");
            }
            console.out().println(made.getLast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitCode.AS_EXPECTED;
    }

    /** Where a thing can be read that is no story: there are no pictures of it. Empty for a story. */
    static Optional<String> elsewhere(String named) {
        Path file = Path.of(named);
        if (MachineFile.isFolderOfOne(file)) {
            return Optional.of(TOLD.formatted(named));
        }
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            if (TraceReader.isTrace(file)) {
                return Optional.of("only the window plays a trace");
            }
            return MachineFile.isTopology(file) ? Optional.of(TOLD.formatted(named)) : Optional.empty();
        } catch (IOException e) {
            // It is opened again as a story, and that says what is wrong.
            return Optional.empty();
        }
    }

    /** The last steps of the first action in which something is seen to go wrong, or of the last one. */
    private void animate(Run run) throws IOException {
        int to = Storyboard.keySteps(run).stream()
                .filter(key -> run.chapters().stream().noneMatch(chapter -> chapter.lastStep() == key.step()))
                .findFirst()
                .map(Storyboard.KeyStep::step)
                .orElseGet(() -> run.chapters().stream()
                        .filter(Chapter::reached)
                        .reduce((_, last) -> last)
                        .map(Chapter::lastStep)
                        .orElse(run.recording().length()));
        try {
            Pictures.animate(
                    run, Math.max(0, to - STEPS_ANIMATED), to, Theme.DARK, WIDTH, HEIGHT, FOLDER.resolve("story.apng"));
        } catch (NoPictures e) {
            console.err().println("iommulab: " + e.getMessage());
        }
    }
}
