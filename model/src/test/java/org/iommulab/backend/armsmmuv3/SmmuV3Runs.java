package org.iommulab.backend.armsmmuv3;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.words.KernelLogText;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class SmmuV3Runs {
    private static final Path SCENARIOS = Path.of("..", "scenarios");

    private SmmuV3Runs() {}

    static PlayedRun play(String story, String kernel) {
        return play(story, KernelSpec.parse(kernel));
    }

    static PlayedRun play(String story, KernelBuild build) {
        return Player.play(ScenarioReader.open(SCENARIOS.resolve("smmu-v3").resolve(story + ".json")), build);
    }

    /** The same story on a board whose unit has other properties. */
    static PlayedRun playWith(Path folder, String story, String kernel, String properties) throws IOException {
        Path stories = Files.createDirectories(folder.resolve("smmu-v3"));
        Path boards = Files.createDirectories(folder.resolve("boards"));
        for (String board : List.of("virt-smmuv3", "virt-smmuv3-acpi")) {
            String text = Files.readString(SCENARIOS.resolve("boards").resolve(board + ".json"));
            Files.writeString(
                    boards.resolve(board + ".json"),
                    text.replace("\"0x9050000\"", "\"0x9050000\", \"properties\": {" + properties + "}"));
        }
        Path copy = stories.resolve(story + ".json");
        Files.copy(SCENARIOS.resolve("smmu-v3").resolve(story + ".json"), copy);
        return Player.play(ScenarioReader.open(copy), KernelSpec.parse(kernel));
    }

    /** The action with this title. */
    static int action(PlayedRun run, String title) {
        return IntStream.range(0, run.chapters().size())
                .filter(i -> run.chapters().get(i).title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    static List<Event> events(PlayedRun run, String title) {
        int action = action(run, title);
        int last = action + 1 < run.chapters().size()
                ? run.chapters().get(action + 1).firstStep() - 1
                : run.recording().length();
        return IntStream.rangeClosed(run.chapters().get(action).firstStep(), last)
                .mapToObj(run.recording()::event)
                .toList();
    }

    /** Kernel functions and callbacks that ran. */
    static List<String> calls(PlayedRun run, String title) {
        return events(run, title).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .toList();
    }

    /** Words of entries written and commands queued: {@code STE0 1}, {@code CD0 ...}, {@code CFGI_STE}. */
    static List<String> writes(PlayedRun run, String title) {
        var words = new ArrayList<String>();
        for (Event event : events(run, title)) {
            switch (event) {
                case Event.TableWrite e
                when e.term().name().startsWith("STE word") || e.term().name().startsWith("CD word") ->
                    words.add(e.term().name().replace(" word ", "") + " " + Long.toHexString(e.value()));
                case Event.Data e
                when e.lane() == Lane.DRIVER -> words.add(e.term().name());
                default -> {}
            }
        }
        return words;
    }

    /** Registers written, {@code CR0<-8}. */
    static List<String> registers(PlayedRun run, String title) {
        return events(run, title).stream()
                .filter(Event.RegisterWrite.class::isInstance)
                .map(Event.RegisterWrite.class::cast)
                .map(e -> e.term().name() + "<-" + Long.toHexString(e.value()))
                .toList();
    }

    /** The whole kernel log. */
    static List<String> log(PlayedRun run) {
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .toList();
    }
}
