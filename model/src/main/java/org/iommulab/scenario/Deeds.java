package org.iommulab.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.iommulab.board.Board;
import org.iommulab.board.ConfigValue;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.consumer.Master;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.ArmMapping;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.dma.DmaDirection;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.user.vfio.Type1Iommu;

/** What each action makes the machine do. Results are the kernel's: 0, a negative errno, or bytes. */
final class Deeds {
    private final World world;
    private final Map<String, IommuDomain> domains = new HashMap<>();
    private final Map<String, ArmMapping> mappings = new HashMap<>();
    private final Map<String, ArmMapping> taken = new HashMap<>();
    private final Map<String, DmaBuffer> buffers = new HashMap<>();
    private final Screens screens;
    private final BusDeeds bus;
    private final SysfsDeeds sysfs;
    private final VfioDeeds user;
    private final WordDeeds words;
    private final IommufdDeeds iommufd;
    private final PasidDeeds pasids;
    private final ListDeeds lists;
    private List<String> output = List.of();

    Deeds(World world) {
        this(world, new Screens(world), new VfioDeeds(world));
    }

    private Deeds(World world, Screens screens, VfioDeeds user) {
        this.world = world;
        this.screens = screens;
        this.bus = new BusDeeds(world, screens);
        this.sysfs = new SysfsDeeds(world, this::printed);
        this.user = user;
        this.iommufd = new IommufdDeeds(world, this::printed);
        this.pasids = new PasidDeeds(world, this::domain);
        this.words = new WordDeeds(world);
        this.lists = new ListDeeds(world);
    }

    /** The names that it knows now, for going back. */
    Deeds copy() {
        var copy = new Deeds(world, screens.copy(), user.copy());
        copy.iommufd.know(iommufd);
        copy.domains.putAll(domains);
        copy.mappings.putAll(mappings);
        copy.taken.putAll(taken);
        copy.buffers.putAll(buffers);
        copy.pasids.know(pasids);
        copy.lists.know(lists);
        return copy;
    }

    /** What the actions since the last call have read, in lines. */
    List<String> takeOutput() {
        List<String> read = output;
        output = List.of();
        return read;
    }

    private long printed(List<String> lines) {
        output = List.copyOf(lines);
        return 0;
    }

    long run(Action action) {
        return switch (action) {
            case Action.Boot(List<String> without) -> bus.boot(without);
            case Action.RegisterDriver(String driver) -> bus.register(driver);
            case Action.AddDevice(String device) -> bus.add(device(device));
            case Action.RemoveDevice(String device) -> bus.remove(device);
            case Action.Bind(String device, Optional<String> driver) -> bus.bind(device(device), driver);
            case Action.Unbind(String device) -> bus.unbind(device(device));
            case Action.SetOverride(String device, Optional<String> driver) -> sysfs.override(device, driver);
            case Action.SysfsBind(String device, String driver) -> sysfs.bind(device, driver);
            case Action.SysfsUnbind(String device) -> sysfs.unbind(device);
            case Action.DriversProbe(String device) -> sysfs.probe(device);
            case Action.SetGroupType(String device, String type) -> sysfs.writeType(device, type);
            case Action.PciRescan _ -> world.pci().rescan();
            case Action.SetNumVfs(String device, int count) -> world.pci().sriovNumvfs(device(device), count);
            case Action.SetVfAutoprobe(String device, ConfigValue probe) ->
                sysfs.offerVirtualFunctions(device(device), probe.isYes());
            case Action.ReadFile(String device, Action.UserFile file) -> sysfs.read(device, file);
            case Action.ListGroups _ -> sysfs.listGroups();
            case Action.VfioBind(String device) -> bus.vfioBind(device(device));
            case Action.VfioContainer(String name) -> user.openContainer(name);
            case Action.VfioGroup(String device, String name) -> user.openGroup(device(device), name);
            case Action.VfioStatus(String group) -> user.status(group);
            case Action.VfioSetContainer(String group, String container) -> user.setContainer(group, container);
            case Action.VfioUnsetContainer(String group) -> user.unsetContainer(group);
            case Action.VfioSetIommu(String container, Action.VfioType type) -> user.setIommu(container, type);
            case Action.VfioMap map -> user.map(map);
            case Action.VfioUnmap(String container, long iova, long size) -> user.unmap(container, iova, size, 0);
            case Action.VfioUnmapAll(String container) -> user.unmap(container, 0, 0, Type1Iommu.UNMAP_ALL);
            case Action.VfioDevice(String group, String device, String name) -> user.openDevice(group, device, name);
            case Action.VfioInfo(String container) -> printed(user.info(container));
            case Action.VfioBusMaster(String file, ConfigValue on) -> user.setBusMaster(file, on.isYes());
            case Action.VfioReset(String file) -> user.reset(file);
            case Action.VfioClose(String file) -> user.close(file);
            case Action.Iommufd call -> iommufd.run(call);
            case Action.Pasid call -> pasids.run(call);
            case Action.Msi call -> MsiDeeds.run(world, call, this::device);
            case Action.ScatterList call -> lists.run(call, this::printed, buffers::put);
            case Action.Resume(String device) ->
                done(() -> device(device).power().get(world.kernel()));
            case Action.Suspend(String device) -> suspend(device);
            case Action.DrmBind _ -> drmBind();
            case Action.DrmUnbind _ -> drmUnbind();
            case Action.Display(String device, Action.Pattern pattern) -> screens.show(device(device), pattern);
            case Action.AllocateBuffer(String device, int pages, String name) ->
                keep(name, world.dma().allocate(device(device), pages * 4096L));
            case Action.MapBuffer map ->
                keep(
                        map.name(),
                        world.dma()
                                .map(
                                        device(map.device()),
                                        map.pages() * 4096L,
                                        map.start(),
                                        map.length(),
                                        map.fill(),
                                        direction(map.direction())));
            case Action.ReadMemory(String name, OptionalLong offset) -> words.read(buffer(name), offset.orElse(0));
            case Action.DmaRead(String device, String name, OptionalLong offset) ->
                words.readBy(device(device), buffer(name), offset.orElse(0));
            case Action.UnmapBuffer(String name) -> done(() -> world.dma().release(buffer(name)));
            case Action.Dma dma -> dma(dma);
            case Action.NewDomain(String name) -> newDomain(name);
            case Action.AttachDomain(String device, String domain) ->
                world.core().attaching().attachDevice(domain(domain), device(device));
            case Action.DetachDomain(String device, String domain) ->
                done(() -> world.core().attaching().detachDevice(domain(domain), device(device)));
            case Action.AttachGroup(String device, String domain) -> attachGroup(device(device), domain(domain));
            case Action.DetachGroup(String device, String domain) ->
                done(() -> Group.of(device(device))
                        .ifPresent(group -> world.core().attaching().detachGroup(domain(domain), group)));
            case Action.Map(String domain, long iova, long pa, long size, Action.Prot prot) ->
                world.core().mapping().map(domain(domain), iova, pa, size, prot.ordinal());
            case Action.Unmap(String domain, long iova, long size) ->
                world.core().mapping().unmap(domain(domain), iova, size);
            case Action.IovaToPhys(String domain, long iova) ->
                world.core().mapping().iovaToPhys(domain(domain), iova);
            case Action.FreeDomain(String domain) ->
                done(() -> world.core().domains().free(domain(domain)));
            case Action.NewMapping(String name, long base, long size) -> newMapping(name, base, size);
            case Action.ArmAttach(String device, Optional<String> mapping) -> armAttach(device(device), mapping);
            case Action.ArmDetach(String device) -> armDetach(device(device));
            case Action.ReleaseMapping(Optional<String> mapping, Optional<String> device) ->
                mapping.isPresent()
                        ? releaseMapping(mappings, mapping.get(), "mapping")
                        : releaseMapping(taken, device.orElseThrow(), "mapping taken from");
            case Action.ClaimDmaOwner(String device, Optional<String> owner) -> claim(device(device), owner);
            case Action.ReleaseDmaOwner(String device) ->
                done(() -> Group.of(device(device)).ifPresent(world.core().ownership()::release));
            case Action.SetFaultHandler handler -> setHandler(handler);
            case Action.WriteRegister(String unit, long offset, long value) ->
                done(() -> registersOf(unit).write32((int) offset, (int) value));
            case Action.Drain _ -> done(this::settle);
            case Action.Wait(int ms) -> done(() -> world.kernel().timers().advance(ms));
        };
    }

    /** What the machine does by itself after an action: the rest of a boot, and the work queue until it is empty. */
    void settle() {
        world.kernel().work().drain();
        world.bus().deferred().endInitcalls();
    }

    private static long done(Runnable deed) {
        deed.run();
        return 0;
    }

    // ---- names

    private Device device(String name) {
        return device(world, name);
    }

    private Driver driver(String name) {
        return named(world.drivers(), name, "driver");
    }

    /** A device that is there: a function that was removed, or not found yet, is not. */
    static Device device(World world, String name) {
        return world.device(name)
                .orElseThrow(() -> new StoryBroken("there is no device '" + name + "' at this point of the story"));
    }

    private IommuDomain domain(String name) {
        return named(domains, name, "domain");
    }

    private DmaBuffer buffer(String name) {
        return named(buffers, name, "buffer");
    }

    // The reader has checked all names; a story that cannot go on because an action failed before is told so.
    static <T> T named(Map<String, T> map, String name, String kind) {
        T found = map.get(name);
        if (found == null) {
            throw new StoryBroken("there is no " + kind + " '" + name + "' at this point of the story");
        }
        return found;
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
        drm.components().forEach(name -> screens.switchOff(device(name)));
        world.bus().unbind(device(drm.device()));
        return 0;
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

    /** 0; -EIO when the access was refused or nobody answered; -EAGAIN when it is held; -ENXIO without bus mastering. */
    private long dma(Action.Dma dma) {
        Device device = device(dma.device());
        List<DmaMaster> ports = world.topology().portsOf(dma.device());
        if (ports.isEmpty()) {
            throw new StoryBroken("'" + dma.device() + "' does no DMA");
        }
        long address = dma.buffer().isPresent()
                ? buffer(dma.buffer().get()).address() + dma.offset().orElse(0)
                : dma.address().orElseThrow();
        boolean write = dma.access().orElse(Action.Access.READ) == Action.Access.WRITE;
        int pasid = dma.pasid().orElse(DmaMaster.NO_PASID);
        return Accesses.begin(world, device, ports.get(dma.port().orElse(0)), pasid, address, write);
    }

    private Mmio registersOf(String unit) {
        return world.registersOf(device(unit)).orElseThrow(() -> new StoryBroken("'" + unit + "' has no registers"));
    }

    // ---- domains and mappings

    private long newDomain(String name) {
        Optional<IommuDomain> domain = world.kernel().has(Behaviour.RISCV_IOMMU) ? domainForDevice() : domainForBus();
        domain.ifPresent(made -> domains.put(name, made));
        return domain.isPresent() ? 0 : Errno.ENOMEM.negative();
    }

    // the platform bus, or PCI on a board where only PCI's devices have an IOMMU
    private Optional<IommuDomain> domainForBus() {
        boolean pci =
                world.anyDeviceWithIommu().filter(any -> any.pci().isPresent()).isPresent();
        return world.core()
                .allocOnBus(world.bus().devices().toList().stream()
                        .filter(device -> device.pci().isPresent() == pci)
                        .toList());
    }

    // v6.13, with which this driver came, has no iommu_domain_alloc any more
    private Optional<IommuDomain> domainForDevice() {
        return world.anyDeviceWithIommu()
                .flatMap(device -> world.core().domains().allocFor(device, DomainType.UNMANAGED));
    }

    // a driver without iommu_group_get's answer does without the IOMMU: -ENODEV stands for that
    private long attachGroup(Device device, IommuDomain domain) {
        return Group.of(device)
                .map(group -> world.core().attaching().attachGroup(domain, group))
                .orElse((long) Errno.ENODEV.negative());
    }

    private ArmDmaGlue arm() {
        return world.arm().orElseThrow(() -> new StoryBroken("only 32-bit ARM has arm_iommu_ functions"));
    }

    private long newMapping(String name, long base, long size) {
        Device anybody = world.anyDeviceWithIommu().orElseThrow(() -> new StoryBroken("no device has an IOMMU yet"));
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

    private long releaseMapping(Map<String, ArmMapping> from, String name, String kind) {
        ArmMapping mapping = named(from, name, kind);
        world.heldByStory().remove(mapping);
        arm().releaseMapping(mapping);
        from.remove(name);
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
