package org.iommulab.backend.omap;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.board.BoardReader;
import org.iommulab.board.World;
import org.iommulab.board.WorldBuilder;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/** A BeagleBoard-X15 with its MMUs' driver alone, which can be there before the devices behind them or come later. */
final class BeagleX15 {
    static final String IPU = "58820000.ipu";
    static final String IPU2 = "55020000.ipu";
    static final String DSP = "40800000.dsp";
    static final String IPU_MMU = "58882000.mmu";
    static final String MDMA = "40d01000.mmu";
    static final String EDMA = "40d02000.mmu";
    static final long RAM = 0x8080_0000L;

    final World world;

    /** MMUs first, as the board says. */
    BeagleX15(String kernel) {
        this(KernelSpec.parse(kernel), true);
    }

    BeagleX15(KernelBuild build) {
        this(build, true);
    }

    BeagleX15(KernelBuild build, boolean driverFirst) {
        var board = BoardReader.read(Path.of("..", "scenarios", "boards", "beagle-x15.json"));
        world = WorldBuilder.build(board, build, Machine.recording());
        world.core().subsysInit();
        var driver = Objects.requireNonNull(world.drivers().get(OmapPlatformDriver.NAME));
        if (driverFirst) {
            world.bus().register(driver);
        }
        board.units().forEach(unit -> world.bus().add(device(unit.name())));
        board.devices().forEach(planned -> world.bus().add(device(planned.name())));
        if (!driverFirst) {
            world.bus().register(driver);
        }
    }

    Device device(String name) {
        return Objects.requireNonNull(world.devices().get(name));
    }

    Optional<Group> group(String name) {
        return Group.of(device(name));
    }

    IommuUnit unit(String name) {
        return Objects.requireNonNull(world.units().get(device(name)));
    }

    DmaMaster port(String name, int port) {
        return world.topology().portsOf(name).get(port);
    }

    IommuDomain newDomain() {
        return world.core()
                .domains()
                .alloc(world.backends().getFirst().ops(), DomainType.UNMANAGED)
                .orElseThrow();
    }

    long attach(String device, IommuDomain domain) {
        return world.core().attaching().attachDevice(domain, device(device));
    }

    void detach(String device, IommuDomain domain) {
        world.core().attaching().detachDevice(domain, device(device));
    }

    /** A new domain, attached. */
    IommuDomain attached(String device) {
        IommuDomain domain = newDomain();
        if (attach(device, domain) != 0) {
            throw new IllegalStateException("not attached");
        }
        return domain;
    }

    long map(IommuDomain domain, long iova, long physical, long size) {
        return world.core().mapping().map(domain, iova, physical, size, 3);
    }

    long unmap(IommuDomain domain, long iova, long size) {
        return world.core().mapping().unmap(domain, iova, size);
    }

    Reply read(String device, int port, long address) {
        return port(device, port).read32(address);
    }

    int now() {
        return world.machine().steps();
    }

    List<Event> since(int step) {
        var recording = world.machine().finish();
        return IntStream.rangeClosed(step + 1, now()).mapToObj(recording::event).toList();
    }

    /** Register writes since a step: {@code 4c<-80010000}, with the unit's name before it where there are several. */
    List<String> writes(int step, String... units) {
        return since(step).stream()
                .filter(Event.RegisterWrite.class::isInstance)
                .map(Event.RegisterWrite.class::cast)
                .map(w -> (units.length == 1 ? "" : world.machine().labelOf(w.object()) + " ")
                        + Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                .toList();
    }

    /** The driver's functions that ran since a step, each with the callback's name where it was one. */
    List<String> functions(int step) {
        return since(step).stream()
                .filter(e -> e instanceof Event.Enter || e instanceof Event.Callback)
                .map(e -> e.term().name())
                .filter(name -> name.startsWith("omap"))
                .toList();
    }
}
