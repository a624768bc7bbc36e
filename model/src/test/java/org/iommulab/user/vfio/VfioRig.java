package org.iommulab.user.vfio;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverName;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Player;
import org.iommulab.scenario.ScenarioReader;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** A board that has booted, and a program on it that uses VFIO. */
final class VfioRig {
    private static final Path PLACE = Path.of("..", "scenarios", "vfio", "test.json");

    private final PlayedRun run;
    private final World world;
    private int seen;

    VfioRig(String board, KernelBuild kernel) {
        this(PLACE, board, kernel);
    }

    private VfioRig(Path place, String board, KernelBuild kernel) {
        String story = """
            { "$schema": "../schema/scenario.schema.json", "id": "test", "title": "t", "summary": "s",
              "board": "%s", "kernel": "6.2", "story": [{ "do": "boot", "title": "Boot", "words": "w", "expect": {} }] }
            """.formatted(board);
        run = Player.play(ScenarioReader.parse(place, story.getBytes(StandardCharsets.UTF_8)), kernel);
        world = run.world();
        seen = machine().steps();
    }

    /** A desktop with an AMD IOMMU. */
    static VfioRig amd(String kernel) {
        return new VfioRig("desktop-ryzen", KernelSpec.parse(kernel));
    }

    static VfioRig amd(String kernel, String commandLine) {
        return new VfioRig("desktop-ryzen", KernelSpec.parse(kernel).withCommandLine(commandLine));
    }

    /** A virtual machine with groups of one, and one of three: a bridge and two devices behind it. */
    static VfioRig q35(KernelBuild kernel) {
        return new VfioRig(Path.of("src", "test", "resources", "vfio", "test.json"), "q35-amd", kernel);
    }

    static VfioRig q35(String kernel) {
        return q35(KernelSpec.parse(kernel));
    }

    World world() {
        return world;
    }

    PlayedRun run() {
        return run;
    }

    Machine machine() {
        return world.machine();
    }

    Vfio vfio() {
        return world.vfio();
    }

    Device device(String name) {
        return Objects.requireNonNull(world.devices().get(name));
    }

    private Driver driver(String name) {
        return Objects.requireNonNull(world.drivers().get(name));
    }

    Group group(String device) {
        return Group.of(device(device)).orElseThrow();
    }

    /** From its host driver, if it has one, to vfio-pci. */
    long toVfio(String name) {
        Driver vfioPci = driver("vfio-pci");
        if (!world.bus().isRegistered(vfioPci)) {
            world.bus().register(vfioPci);
        }
        world.bus().unbind(device(name));
        device(name).driverOverride().set(new DriverName(machine(), "vfio-pci"));
        return world.bus().bind(vfioPci, device(name));
    }

    void unbind(String name) {
        world.bus().unbind(device(name));
        device(name).driverOverride().setNull();
    }

    long bind(String name, String driver) {
        return world.bus().bind(driver(driver), device(name));
    }

    VfioContainer container() {
        return (VfioContainer) vfio().open(Vfio.CONTAINER).file().orElseThrow();
    }

    VfioGroupFile groupFile(String device) {
        return (VfioGroupFile)
                vfio().open("/dev/vfio/" + group(device).number()).file().orElseThrow();
    }

    static VfioDeviceFile deviceFile(VfioGroupFile group, String device) {
        return (VfioDeviceFile) group.deviceFd(device).file().orElseThrow();
    }

    static String errno(long result) {
        return Errno.describe(result);
    }

    /** What has happened since it was asked last. */
    List<Event> news() {
        Recording recording = machine().finish();
        List<Event> events = IntStream.rangeClosed(seen + 1, recording.length())
                .mapToObj(recording::event)
                .toList();
        seen = recording.length();
        return events;
    }

    /** The core's tracepoints of what has happened, in words: {@code attach 0000:01:00.0}, {@code map 100000 1000}. */
    List<String> traces() {
        var traces = new ArrayList<String>();
        for (Event event : news()) {
            if (event instanceof Event.Tracepoint trace) {
                traces.add(text(trace));
            }
        }
        return traces;
    }

    private String text(Event.Tracepoint trace) {
        return switch (trace.term().name()) {
            case "attach_device_to_domain" -> "attach " + machine().labelOf(trace.object());
            case "map" -> "map %x %x".formatted(trace.a(), (trace.b() & 0xff_ffff) << 12);
            case "unmap" -> "unmap %x %x".formatted(trace.a(), (trace.b() & 0xffff_ffffL) << 12);
            default -> trace.term().name();
        };
    }

    /** Kernel functions that were called since it was asked last. */
    List<String> calls() {
        return news().stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .toList();
    }
}
