package org.iommulab.backend.rockchip;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/** A board of this room, booted. */
final class Booted {
    static final String VOP = "ff930000.vop";
    static final String LITTLE_VOP = "ff940000.vop";
    static final String VOP_IOMMU = "ff930300.iommu";
    static final String DECODER = "ff660000.video-codec";

    final World world;
    final Kernel kernel;

    private Booted(Board board, String kernelSpec, String commandLine) {
        world = WorldBuilder.build(
                board, KernelSpec.parse(kernelSpec).withCommandLine(commandLine), Machine.recording());
        kernel = world.kernel();
        world.core().subsysInit();
        board.units().forEach(unit -> world.bus().add(device(unit.name())));
        board.devices().forEach(planned -> world.bus().add(device(planned.name())));
        board.drivers()
                .forEach(driver -> world.bus()
                        .register(Objects.requireNonNull(world.drivers().get(driver.name()))));
        kernel.work().drain();
    }

    static Booted firefly(String kernel) {
        return board("firefly-rk3288", kernel, "");
    }

    static Booted rockpro64(String kernel) {
        return board("rockpro64", kernel, "");
    }

    static Booted board(String name, String kernel, String commandLine) {
        return new Booted(read(name), kernel, commandLine);
    }

    static Booted changed(String name, String kernel, UnaryOperator<Board> change) {
        return new Booted(change.apply(read(name)), kernel, "");
    }

    private static Board read(String name) {
        return BoardReader.read(Path.of("..", "scenarios", "boards", name + ".json"));
    }

    Device device(String name) {
        return Objects.requireNonNull(world.devices().get(name));
    }

    Group group(String name) {
        return Group.of(device(name)).orElseThrow();
    }

    RockchipIommu iommu(String master) {
        return RockchipData.of(device(master)).orElseThrow().iommu();
    }

    IommuUnit unit(String name) {
        return Objects.requireNonNull(world.units().get(device(name)));
    }

    IommuDomain newDomain() {
        return world.core()
                .domains()
                .alloc(world.backends().getFirst().ops(), DomainType.UNMANAGED)
                .orElseThrow();
    }

    long attach(String master, IommuDomain domain) {
        return world.core().attaching().attachDevice(domain, device(master));
    }

    long map(IommuDomain domain, long iova, long physical, long size) {
        return world.core().mapping().map(domain, iova, physical, size, Rig.RW);
    }

    void resume(String master) {
        device(master).power().get(kernel);
    }

    int step() {
        return world.machine().steps();
    }

    List<Event> since(int step) {
        Recording recording = world.machine().finish();
        return IntStream.rangeClosed(step + 1, step())
                .mapToObj(recording::event)
                .toList();
    }

    /** Register accesses from a step on: {@code 8<-2}, {@code 4?}. */
    String accesses(int step) {
        return String.join(
                " ",
                since(step).stream()
                        .map(event -> switch (event) {
                            case Event.RegisterWrite w ->
                                Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value());
                            case Event.RegisterRead r -> Long.toHexString(r.offset()) + "?";
                            default -> "";
                        })
                        .filter(text -> !text.isEmpty())
                        .toList());
    }

    String writes(int step) {
        return accesses(step).replaceAll("[0-9a-f]+\\? ?", "").strip();
    }

    /** Lines of the kernel log from a step on. */
    List<String> log(int step) {
        Recording recording = world.machine().finish();
        var arch = kernel.config("ARM") ? KernelLogText.Arch.ARM32 : KernelLogText.Arch.ARM64;
        var form = new KernelLogText.Form(arch, true, Version.V6_2);
        return KernelLogText.lines(recording, form).stream()
                .filter(line -> line.step() > step)
                .map(KernelLogText.Line::text)
                .toList();
    }

    List<String> warnings() {
        return since(0).stream()
                .filter(Event.Warn.class::isInstance)
                .map(event -> event.term().name())
                .toList();
    }
}
