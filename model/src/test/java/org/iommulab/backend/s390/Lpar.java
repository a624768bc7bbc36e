package org.iommulab.backend.s390;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.kernel.Removal;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** A partition, booted, with the drivers of its devices bound. */
final class Lpar {
    static final String NIC = "0001:00:00.0";
    static final String DISK = "0002:00:00.0";
    static final String ISM = "0009:00:00.0";
    static final long FIRST = 0x1_0000_0000L;
    /** The window ends where memory would: 1 GiB, or 512 MiB on the guest. */
    static final long LAST = 0x1_3fff_ffffL;

    static final long IOVA = 0x1_2345_6000L;
    static final long PAGE = 0x40_0000;
    static final int RW = 3;

    final World world;

    private Lpar(String board, KernelBuild build) {
        Board read = BoardReader.read(Path.of("..", "scenarios", "boards", board + ".json"));
        world = WorldBuilder.build(read, build, Machine.recording());
        world.core().subsysInit();
        world.bus().register(Objects.requireNonNull(world.drivers().get("zpci")));
        read.devices().forEach(planned -> world.bus().add(device(planned.name())));
        read.drivers().stream()
                .filter(planned -> !planned.isLate() && !planned.name().equals("zpci"))
                .forEach(planned -> world.bus()
                        .register(Objects.requireNonNull(world.drivers().get(planned.name()))));
    }

    static Lpar booted(String kernel) {
        return new Lpar("z16-lpar", KernelSpec.parse(kernel));
    }

    static Lpar booted(KernelBuild build) {
        return new Lpar("z16-lpar", build);
    }

    static Lpar guest(String kernel) {
        return new Lpar("zvm-guest", KernelSpec.parse(kernel));
    }

    static KernelBuild without(String kernel, Callback callback) {
        return KernelSpec.parse(kernel).without(List.of(new Removal("s390", callback)));
    }

    static Lpar guest(KernelBuild build) {
        return new Lpar("zvm-guest", build);
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

    S390Unit unit(String name) {
        return (S390Unit) port(name).unit().orElseThrow();
    }

    IommuDomain newDomain() {
        return world.core()
                .domains()
                .alloc(world.backends().getFirst().ops(), DomainType.UNMANAGED)
                .orElseThrow();
    }

    long attach(String name, IommuDomain domain) {
        return world.core().attaching().attachDevice(domain, device(name));
    }

    void detach(String name, IommuDomain domain) {
        world.core().attaching().detachDevice(domain, device(name));
    }

    long map(IommuDomain domain, long iova, long size, int prot) {
        return world.core().mapping().map(domain, iova, PAGE, size, prot);
    }

    DmaBuffer allocate(String name) {
        return world.dma().allocate(device(name), 4096);
    }

    boolean reaches(String name, long address) {
        return port(name).read32(address) instanceof Reply.Done;
    }

    /** The instructions after a step, by name: {@code REG_IOAT RPCIT}. */
    String instructions(int step) {
        Recording recording = world.machine().finish();
        return String.join(
                " ",
                IntStream.rangeClosed(step + 1, recording.length())
                        .filter(i -> recording.kind(i) == EventKind.REGISTER_WRITE)
                        .mapToObj(i -> recording.event(i).term().name().replace("MPCIFC ", ""))
                        .toList());
    }

    int steps() {
        return world.machine().steps();
    }

    /** How many log lines hold this text. */
    long said(String text) {
        Recording recording = world.machine().finish();
        return IntStream.rangeClosed(1, recording.length())
                .filter(step -> recording.kind(step) == EventKind.LOG
                        && recording.event(step).term().name().contains(text))
                .count();
    }

    long warnings() {
        return world.kernel().log().warnings();
    }
}
