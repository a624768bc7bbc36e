package org.iommulab.backend.mtkv1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.dma.ArmMapping;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;
import org.iommulab.words.KernelLogText;

/** The Banana Pi R2, booted. */
final class BananaPi {
    static final String M4U = "10205000.mmsys_iommu";
    static final String OVL = "14007000.ovl";
    static final String RDMA = "14008000.rdma";
    static final String JPEG = "15004000.jpegdec";
    /** Where its allocator puts the table. */
    static final long TABLE = 0x8040_0000L;

    private static final Path FILE = Path.of("..", "scenarios", "boards", "bananapi-r2.json");

    final World world;

    BananaPi(KernelBuild build) {
        this(build, "", "");
    }

    /** The same with something else in its file. */
    BananaPi(KernelBuild build, String old, String other) {
        Board board = read(old, other);
        world = WorldBuilder.build(board, build, Machine.recording());
        world.core().subsysInit();
        board.units().forEach(unit -> world.bus().add(device(unit.name())));
        board.devices().forEach(planned -> world.bus().add(device(planned.name())));
        board.drivers().stream()
                .filter(planned -> !planned.isLate())
                .forEach(planned -> world.bus()
                        .register(Objects.requireNonNull(world.drivers().get(planned.name()))));
        world.kernel().work().drain();
    }

    private static Board read(String old, String other) {
        try {
            String text = Files.readString(FILE).replace(old, other);
            return BoardReader.parse("bananapi-r2", text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Device device(String name) {
        return Objects.requireNonNull(world.devices().get(name));
    }

    Group group(String name) {
        return Group.of(device(name)).orElseThrow();
    }

    DmaMaster port(String name) {
        return world.topology().portsOf(name).getFirst();
    }

    MtkV1Unit unit() {
        return (MtkV1Unit) Objects.requireNonNull(world.units().get(device(M4U)));
    }

    ArmMapping mapping() {
        return world.heldByDrivers().getFirst();
    }

    int steps() {
        return world.machine().steps();
    }

    /** The kernel's log; nothing can be done with the machine afterwards. */
    List<String> log() {
        return KernelLogText.lines(
                        world.machine().finish(), new KernelLogText.Form(KernelLogText.Arch.ARM32, true, Version.V6_2))
                .stream()
                .map(KernelLogText.Line::text)
                .toList();
    }
}
