package org.iommulab.backend.pamu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;

/** The P4080DS, booted: all devices are there, and the PAMUs' driver is the only one. */
final class P4080 {
    static final String CRYPTO = "ffe300000.crypto";
    static final String PORTAL = "ff4200000.qman-portal";
    static final String SPI = "ffe110000.spi";
    static final String IOMMU = "ffe020000.iommu";
    /** The PAMU in front of the crypto engine. */
    static final String PAMU1 = "ffe021000.pamu";

    private static final Path FILE = Path.of("..", "scenarios", "boards", "p4080ds.json");

    final World world;

    P4080(KernelBuild build) {
        this(build, BoardReader.read(FILE));
    }

    private P4080(KernelBuild build, Board board) {
        world = WorldBuilder.build(board, build, Machine.recording());
        world.core().subsysInit();
        board.units().forEach(unit -> world.bus().add(device(unit.name())));
        board.devices().forEach(planned -> world.bus().add(device(planned.name())));
        world.bus().register(Objects.requireNonNull(world.drivers().get("fsl-of-pamu")));
    }

    /** The same with another LIODN for the crypto engine. */
    static P4080 withCryptoLiodn(KernelBuild build, String liodn) {
        try {
            String text = Files.readString(FILE).replace("ffe021000.pamu 0x65", "ffe021000.pamu " + liodn);
            return new P4080(build, BoardReader.parse("p4080", text.getBytes(StandardCharsets.UTF_8)));
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

    IommuUnit unit(String name) {
        return Objects.requireNonNull(world.units().get(device(name)));
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

    /** A word of the entry of a LIODN. */
    int word(int liodn, int offset) {
        return world.site().memory().read32(unit(IOMMU).tableBase() + 64L * liodn + offset);
    }

    long register(String unit, int offset) {
        return unit(unit).registers().stream()
                .filter(register -> register.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    /** How many events of a kind carry this name. */
    long count(EventKind kind, String name) {
        Recording recording = world.machine().finish();
        return IntStream.rangeClosed(1, recording.length())
                .filter(step -> recording.kind(step) == kind
                        && recording.event(step).term().name().contains(name))
                .count();
    }

    long warnings() {
        return world.kernel().log().warnings();
    }
}
