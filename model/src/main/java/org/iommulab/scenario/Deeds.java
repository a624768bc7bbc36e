package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.board.Board;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.consumer.Frame;
import org.iommulab.consumer.Master;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.dma.DmaDirection;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** What each action makes the machine do. Results are the kernel's: 0, a negative errno, or bytes. */
final class Deeds {
    private static final String VFIO = "vfio-platform";
    private static final Term DRAW = Term.hex("the CPU draws the frame");

    private final World world;
    private final Map<String, IommuDomain> domains = new HashMap<>();
    private final Map<String, ArmMapping> mappings = new HashMap<>();
    private final Map<String, ArmMapping> taken = new HashMap<>();
    private final Map<String, DmaBuffer> buffers = new HashMap<>();
    private final List<DmaBuffer> frames = new ArrayList<>();

    Deeds(World world) {
        this.world = world;
    }

    long run(Action action) {
        return switch (action) {
            case Action.Boot(List<String> without) -> boot(without);
            case Action.RegisterDriver(String driver) -> register(driver);
            case Action.AddDevice(String device) -> add(device);
            case Action.RemoveDevice(String device) -> done(() -> world.bus().remove(device(device)));
            case Action.Bind(String device, Optional<String> driver) -> bind(device(device), driver);
            case Action.Unbind(String device) -> unbind(device(device));
            case Action.VfioBind(String device) -> vfioBind(device(device));
            case Action.Resume(String device) ->
                done(() -> device(device).power().get(world.kernel()));
            case Action.Suspend(String device) -> suspend(device);
            case Action.DrmBind _ -> drmBind();
            case Action.DrmUnbind _ -> drmUnbind();
            case Action.Display(String device, Action.Pattern pattern) -> display(device, pattern);
            case Action.AllocateBuffer(String device, int pages, String name) ->
                keep(name, world.dma().allocate(device(device), pages * 4096L));
            case Action.MapBuffer(String device, int pages, Action.Direction direction, String name) ->
                keep(name, world.dma().map(device(device), pages * 4096L, direction(direction)));
            case Action.UnmapBuffer(String name) -> done(() -> world.dma().release(buffer(name)));
            case Action.Dma dma -> dma(dma);
            case Action.NewDomain(String name) -> newDomain(name);
            case Action.AttachDomain(String device, String domain) ->
                world.core().attaching().attachDevice(domain(domain), device(device));
            case Action.DetachDomain(String device, String domain) ->
                done(() -> world.core().attaching().detachDevice(domain(domain), device(device)));
            case Action.Map(String domain, long iova, long pa, long size, Action.Prot prot) ->
                world.core().mapping().map(domain(domain), iova, pa, size, prot.ordinal());
            case Action.Unmap(String domain, long iova, long size) ->
                world.core().mapping().unmap(domain(domain), iova, size);
            case Action.FreeDomain(String domain) ->
                done(() -> world.core().domains().free(domain(domain)));
            case Action.NewMapping(String name, long base, long size) -> newMapping(name, base, size);
            case Action.ArmAttach(String device, Optional<String> mapping) -> armAttach(device(device), mapping);
            case Action.ArmDetach(String device) -> armDetach(device(device));
            case Action.ReleaseMapping(String mapping) -> releaseMapping(mapping);
            case Action.ClaimDmaOwner(String device, Optional<String> owner) -> claim(device(device), owner);
            case Action.ReleaseDmaOwner(String device) ->
                done(() -> Group.of(device(device)).ifPresent(world.core().ownership()::release));
            case Action.SetFaultHandler handler -> setHandler(handler);
            case Action.Drain _ -> done(() -> world.kernel().work().drain());
            case Action.Wait _ -> 0;
        };
    }

    private static long done(Runnable deed) {
        deed.run();
        return 0;
    }

    // ---- names

    private Device device(String name) {
        return named(world.devices(), name, "device");
    }

    private Driver driver(String name) {
        return named(world.drivers(), name, "driver");
    }

    private IommuDomain domain(String name) {
        return named(domains, name, "domain");
    }

    private DmaBuffer buffer(String name) {
        return named(buffers, name, "buffer");
    }

    // The reader has checked all names; a story that cannot go on because an action failed before is told so.
    private static <T> T named(Map<String, T> map, String name, String kind) {
        T found = map.get(name);
        if (found == null) {
            throw new StoryBroken("there is no " + kind + " '" + name + "' at this point of the story");
        }
        return found;
    }

    // ---- boot and binding

    private long boot(List<String> without) {
        world.core().subsysInit();
        registerAt(Board.Initcall.CORE);
        for (Board.Unit unit : world.board().units()) {
            world.bus().add(device(unit.name()));
        }
        for (Board.Device planned : world.board().devices()) {
            if (!planned.isLate() && !without.contains(planned.name())) {
                world.bus().add(device(planned.name()));
            }
        }
        registerAt(Board.Initcall.SUBSYS);
        registerAt(Board.Initcall.DEVICE);
        registerAt(Board.Initcall.LATE);
        return 0;
    }

    private void registerAt(Board.Initcall level) {
        for (Board.Driver planned : world.board().drivers()) {
            if (planned.initcall() == level && !planned.isLate()) {
                world.bus().register(driver(planned.name()));
            }
        }
    }

    private long register(String name) {
        return world.bus().register(driver(name));
    }

    private long add(String name) {
        world.bus().add(device(name));
        world.bus().retryDeferred();
        return 0;
    }

    private void registerIfNeeded(Driver driver) {
        if (!world.bus().isRegistered(driver)) {
            world.bus().register(driver);
        }
    }

    private long bind(Device device, Optional<String> name) {
        name.map(this::driver).ifPresent(driver -> {
            registerIfNeeded(driver);
            device.driverOverride().set(driver);
        });
        Optional<Driver> driver = world.bus().findDriver(device);
        return driver.isEmpty() ? Errno.ENODEV.negative() : world.bus().bind(driver.get(), device);
    }

    private long unbind(Device device) {
        switchOff(device);
        world.bus().unbind(device);
        device.driverOverride().setNull();
        return 0;
    }

    private long vfioBind(Device device) {
        switchOff(device);
        world.bus().unbind(device);
        return bind(device, Optional.of(VFIO));
    }

    // ---- display

    private long drmBind() {
        Board.Drm drm = world.board().drm().orElseThrow();
        Driver driver = driver(drm.driver());
        return world.bus().isRegistered(driver)
                ? world.bus().bind(driver, device(drm.device()))
                : world.bus().register(driver);
    }

    private long drmUnbind() {
        Board.Drm drm = world.board().drm().orElseThrow();
        drm.components().forEach(name -> switchOff(device(name)));
        world.bus().unbind(device(drm.device()));
        return 0;
    }

    /** 0 for the right picture, -EIO for a wrong one, -ENOMEM without a frame buffer, -ENODEV without a display. */
    private long display(String name, Action.Pattern pattern) {
        Device device = device(name);
        if (isUnboundComponent(device)) {
            return Errno.ENODEV.negative();
        }
        Master master = world.masters().get(name);
        if (master == null || master.ports().isEmpty()) {
            throw new StoryBroken("'" + name + "' does no DMA");
        }
        DmaBuffer frame = world.dma().allocate(device, Master.ROWS * Master.STRIDE);
        if (!frame.isMapped()) {
            return Errno.ENOMEM.negative();
        }
        frames.add(frame);
        List<Integer> cells = Frame.valueOf(pattern.name()).cells();
        draw(frame, cells);
        if (!master.screenOn().get()) {
            master.screenOn().set(true);
            device.power().get(world.kernel());
        }
        return master.scanOut(frame.address(), cells) == 0 ? 0 : Errno.EIO.negative();
    }

    // Once Exynos DRM is there, a picture goes through it: a bind that failed leaves no display to draw on.
    private boolean isUnboundComponent(Device device) {
        return world.drm()
                .filter(drm -> world.bus().isRegistered(drm) && !drm.isBound())
                .filter(drm -> world.board().drm().orElseThrow().components().contains(device.label()))
                .isPresent();
    }

    private void draw(DmaBuffer frame, List<Integer> cells) {
        for (int i = 0; i < cells.size(); i++) {
            long address = frame.physical() + i / Master.COLUMNS * Master.STRIDE + 4L * (i % Master.COLUMNS);
            world.site().memory().write32(address, cells.get(i));
        }
        world.machine().emit(EventKind.MEMORY, Lane.DRIVER, DRAW, frame, frame.physical(), frame.bytes());
    }

    // The driver frees its frame buffers and lets the device sleep before it goes.
    private void switchOff(Device device) {
        for (DmaBuffer frame : List.copyOf(frames)) {
            if (frame.device() == device) {
                world.dma().release(frame);
                frames.remove(frame);
            }
        }
        Master master = world.masters().get(device.label());
        if (master != null && master.screenOn().get()) {
            master.screenOn().set(false);
            device.power().put(world.kernel());
        }
    }

    private long suspend(String name) {
        Master master = world.masters().get(name);
        if (master != null) {
            master.screenOn().setQuietly(false);
        }
        device(name).power().put(world.kernel());
        return 0;
    }

    // ---- memory

    private static DmaDirection direction(Action.Direction direction) {
        return DmaDirection.valueOf(direction.name());
    }

    private long keep(String name, DmaBuffer buffer) {
        if (!buffer.isMapped()) {
            return Errno.ENOMEM.negative();
        }
        buffers.put(name, buffer);
        return 0;
    }

    /** 0; -EIO when the access was refused or nobody answered; -EAGAIN when it is held. */
    private long dma(Action.Dma dma) {
        Device device = device(dma.device());
        List<DmaMaster> ports = world.topology().portsOf(dma.device());
        if (ports.isEmpty()) {
            throw new StoryBroken("'" + dma.device() + "' does no DMA");
        }
        long address = dma.buffer().isPresent()
                ? buffer(dma.buffer().get()).address() + dma.offset().orElse(0)
                : dma.address().orElseThrow();
        device.power().get(world.kernel());
        boolean write = dma.access().orElse(Action.Access.READ) == Action.Access.WRITE;
        DmaMaster port = ports.get(dma.port().orElse(0));
        Reply reply = write ? port.write32(address, 0x10DA7A) : port.read32(address);
        device.power().put(world.kernel());
        return switch (reply) {
            case Reply.Done _ -> 0;
            case Reply.Held _ -> Errno.EAGAIN.negative();
            case Reply.Refused _, Reply.NoAnswer _ -> Errno.EIO.negative();
        };
    }

    // ---- domains and mappings

    // From v6.8 on the bus has no IOMMU driver of its own: one of its devices must have one.
    private long newDomain(String name) {
        if (world.kernel().has(Behaviour.OPS_BY_FWSPEC) && anybodyWithIommu().isEmpty()) {
            return Errno.ENOMEM.negative();
        }
        Optional<IommuDomain> domain =
                world.core().domains().alloc(world.backends().getFirst().ops(), DomainType.UNMANAGED);
        domain.ifPresent(made -> domains.put(name, made));
        return domain.isPresent() ? 0 : Errno.ENOMEM.negative();
    }

    private ArmDmaGlue arm() {
        return world.arm().orElseThrow(() -> new StoryBroken("only 32-bit ARM has arm_iommu_ functions"));
    }

    private Optional<Device> anybodyWithIommu() {
        return world.devices().values().stream()
                .filter(device -> DevIommu.find(device)
                        .filter(data -> !data.instance().isNull())
                        .isPresent())
                .findFirst();
    }

    private long newMapping(String name, long base, long size) {
        Device anybody = anybodyWithIommu().orElseThrow(() -> new StoryBroken("no device has an IOMMU yet"));
        ArmDmaGlue.Created created = arm().createMapping(anybody, base, size);
        created.mapping().ifPresent(mapping -> {
            mappings.put(name, mapping);
            world.heldByStory().add(mapping);
        });
        return created.error();
    }

    private long armAttach(Device device, Optional<String> name) {
        ArmMapping mapping = name.isPresent()
                ? named(mappings, name.get(), "mapping")
                : named(taken, device.label(), "mapping taken from");
        long error = arm().attach(device, mapping);
        if (error == 0 && name.isEmpty()) {
            world.heldByStory().remove(mapping);
            taken.remove(device.label());
        }
        return error;
    }

    // The story takes over the reference that the platform had, as Exynos DRM does with its saved pointer.
    private long armDetach(Device device) {
        ArmDmaGlue.mappingOf(device).ifPresent(mapping -> {
            if (mapping.madeFor().is(device)) {
                taken.put(device.label(), mapping);
                world.heldByStory().add(mapping);
            }
        });
        arm().detach(device);
        return 0;
    }

    private long releaseMapping(String name) {
        ArmMapping mapping = named(mappings, name, "mapping");
        world.heldByStory().remove(mapping);
        arm().releaseMapping(mapping);
        mappings.remove(name);
        return 0;
    }

    // ---- ownership and faults

    private long claim(Device device, Optional<String> owner) {
        Optional<Group> group = Group.of(device);
        return group.isEmpty()
                ? Errno.ENODEV.negative()
                : world.core().ownership().claim(group.get(), new StoryAct(world.machine(), owner.orElse("the story")));
    }

    private long setHandler(Action.SetFaultHandler handler) {
        IommuDomain domain = handler.domain().isPresent()
                ? domain(handler.domain().get())
                : Group.of(device(handler.device().orElseThrow()))
                        .flatMap(group -> group.domain().get())
                        .orElseThrow(() -> new StoryBroken("the device has no domain"));
        long answer = handler.answer() == Action.Answer.HANDLED ? 0 : Errno.ENOSYS.negative();
        world.core().faults().setHandler(domain, answer);
        return 0;
    }
}
