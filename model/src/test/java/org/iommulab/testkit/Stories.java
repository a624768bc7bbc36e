package org.iommulab.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.words.KernelLogText;

/**
 * The stories of a room as a driver's test plays them, and what it asks of such a run. Actions have the numbers of their
 * chapters; the first is 0.
 */
public record Stories(Path folder) {
    private static final Path ALL = Path.of("..", "scenarios");

    /** @param room its folder among the scenarios */
    public static Stories of(String room) {
        return new Stories(ALL.resolve(room));
    }

    public PlayedRun play(String story, String kernel) {
        return play(story, KernelSpec.parse(kernel));
    }

    public PlayedRun play(String story, KernelBuild build) {
        return Player.play(ScenarioReader.open(folder.resolve(story + ".json")), build);
    }

    /** The machine after a story, without a recording, so that it goes on. */
    public World live(String story, String kernel) {
        return live(story, KernelSpec.parse(kernel));
    }

    public World live(String story, KernelBuild build) {
        return Player.playUnrecorded(ScenarioReader.open(folder.resolve(story + ".json")), build);
    }

    /**
     * Plays a story as it would be on another machine.
     *
     * @param to an empty folder, for what is changed
     * @param boards those of the story
     * @param change of the text of the story and of the boards
     */
    public PlayedRun playChanged(
            Path to, String story, KernelBuild build, List<String> boards, UnaryOperator<String> change)
            throws IOException {
        Path room = Files.createDirectories(to.resolve(folder.getFileName()));
        Path file = copy(folder.resolve(story + ".json"), room, change);
        Path beside = Files.createDirectories(to.resolve("boards"));
        for (String name : boards) {
            copy(board(name), beside, change);
        }
        return Player.play(ScenarioReader.open(file), build);
    }

    private static Path copy(Path file, Path to, UnaryOperator<String> change) throws IOException {
        return Files.writeString(to.resolve(file.getFileName()), change.apply(Files.readString(file)));
    }

    /** The file of a board. */
    public static Path board(String name) {
        return ALL.resolve("boards").resolve(name + ".json");
    }

    /**
     * Plays a story of the test's own, beginning with its boot.
     *
     * @param board its name; looked for beside {@link #folder}
     * @param actions as in a scenario file, separated by commas
     */
    public PlayedRun playActions(String board, KernelBuild kernel, String actions) {
        String story = "{\"$schema\": \"../schema/scenario.schema.json\", \"id\": \"test\", \"title\": \"t\","
                + "\"summary\": \"s\", \"board\": \"" + board + "\", \"kernel\": \"6.2\", \"story\": [" + actions
                + "]}";
        return Player.play(
                ScenarioReader.parse(folder.resolve("test.json"), story.getBytes(StandardCharsets.UTF_8)), kernel);
    }

    // ---- of a run

    /** The number of the action with this title. */
    public static int action(PlayedRun run, String title) {
        return IntStream.range(0, run.chapters().size())
                .filter(i -> run.chapters().get(i).title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    public static List<Event> events(PlayedRun run, int action) {
        var chapter = run.chapters().get(action);
        return IntStream.rangeClosed(chapter.firstStep(), chapter.lastStep())
                .mapToObj(run.recording()::event)
                .toList();
    }

    /** Kernel functions and callbacks that ran. */
    public static List<String> calls(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .toList();
    }

    /** The driver's accesses of registers during an action by offset, {@code 28=58000000}; reads as {@code 24?}. */
    public static List<String> accesses(PlayedRun run, int action) {
        return accesses(events(run, action), Stories::offset);
    }

    /**
     * The same of any events.
     *
     * @param register what to call an access's register
     */
    public static List<String> accesses(List<Event> events, Function<Event, String> register) {
        return events.stream()
                .map(event -> switch (event) {
                    case Event.RegisterWrite w -> register.apply(w) + "=" + Long.toHexString(w.value());
                    case Event.RegisterRead r -> register.apply(r) + "?";
                    default -> "";
                })
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** The register of an access by its offset, in hexadecimal digits. */
    public static String offset(Event access) {
        return switch (access) {
            case Event.RegisterWrite w -> Long.toHexString(w.offset());
            case Event.RegisterRead r -> Long.toHexString(r.offset());
            default -> throw new IllegalArgumentException("no access of a register: " + access);
        };
    }

    /** The driver's writes of registers during an action by name, {@code CFG<-3}. */
    public static List<String> writes(PlayedRun run, int action) {
        return events(run, action).stream()
                .filter(Event.RegisterWrite.class::isInstance)
                .map(Event.RegisterWrite.class::cast)
                .map(write -> write.term().name() + "<-" + Long.toHexString(write.value()))
                .toList();
    }

    /** The lines of the whole kernel log. */
    public static List<String> log(PlayedRun run) {
        return KernelLogText.lines(run.recording(), run.logForm()).stream()
                .map(KernelLogText.Line::text)
                .toList();
    }

    public static Device device(PlayedRun run, String name) {
        return Objects.requireNonNull(run.world().devices().get(name), name);
    }

    public static Group group(PlayedRun run, String device) {
        return Group.of(device(run, device)).orElseThrow();
    }

    /** The unit of a device of that name. */
    public static IommuUnit unit(World world, String name) {
        return Objects.requireNonNull(world.units().get(world.devices().get(name)), name);
    }

    /** All domains of a driver, in the order of their allocation. */
    public static <D extends IommuDomain> List<D> domains(World world, Class<D> type) {
        return world.core().domains().all().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
