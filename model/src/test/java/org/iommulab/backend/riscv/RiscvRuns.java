package org.iommulab.backend.riscv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Lane;
import org.iommulab.words.KernelLogText;

/** Stories of this room, played, and what their actions did, in words that are easy to compare. */
final class RiscvRuns {
    /** The lab's only kernel with the driver. */
    static final String WITH_DRIVER = "6.12+riscv-iommu";

    private static final Path SCENARIOS = Path.of("..", "scenarios");
    static final Path STORIES = SCENARIOS.resolve("riscv");

    private RiscvRuns() {}

    static PlayedRun play(String story, String kernel) {
        return Player.play(ScenarioReader.open(STORIES.resolve(story + ".json")), KernelSpec.parse(kernel));
    }

    /** The same story where the unit of QEMU's machine has other properties. */
    static PlayedRun playWith(Path folder, String story, String properties) throws IOException {
        Path stories = Files.createDirectories(folder.resolve("riscv"));
        Path boards = Files.createDirectories(folder.resolve("boards"));
        String board = Files.readString(SCENARIOS.resolve("boards").resolve("virt-riscv-iommu.json"));
        Files.writeString(
                boards.resolve("virt-riscv-iommu.json"),
                board.replace("\"0x3010000\"", "\"0x3010000\", \"properties\": {" + properties + "}"));
        Path copy = stories.resolve(story + ".json");
        Files.copy(STORIES.resolve(story + ".json"), copy);
        return Player.play(ScenarioReader.open(copy), KernelSpec.parse(WITH_DRIVER));
    }

    private static int action(PlayedRun run, String title) {
        return IntStream.range(0, run.chapters().size())
                .filter(i -> run.chapters().get(i).title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    static String result(PlayedRun run, String title) {
        return run.chapters().get(action(run, title)).result();
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

    /** Kernel functions and callbacks of the driver that ran. */
    static List<String> calls(PlayedRun run, String title) {
        return events(run, title).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .filter(name -> name.startsWith("riscv_iommu_"))
                .toList();
    }

    /** Words of device contexts written, and commands queued: {@code tc 1}, {@code IOFENCE 3002}. */
    static List<String> writes(PlayedRun run, String title) {
        var words = new ArrayList<String>();
        for (Event event : events(run, title)) {
            switch (event) {
                case Event.TableWrite e
                when e.term().name().startsWith("device context") ->
                    words.add(e.term().name().replace("device context, ", "") + " " + Long.toHexString(e.value()));
                case Event.Data e
                when e.lane() == Lane.DRIVER -> words.add(e.term().name() + " " + Long.toHexString(e.value()));
                default -> {}
            }
        }
        return words;
    }

    /** Registers written, {@code FCTL<-2}. */
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
