package org.iommulab.scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.iommulab.board.ConfigValue;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.user.iommufd.IoRange;
import org.iommulab.user.iommufd.IoasCalls;
import org.iommulab.user.iommufd.Iommufd;
import org.iommulab.user.iommufd.IommufdCtx;
import org.iommulab.user.iommufd.IommufdFault;
import org.iommulab.user.vfio.Vfio;
import org.iommulab.user.vfio.VfioCdevFile;
import org.iommulab.user.vfio.VfioDevice;

/**
 * What a story's program does with iommufd. It remembers its objects by number, 0 for those that it did not get, as a
 * program does that does not look at results.
 */
final class IommufdDeeds {
    private static final Term GUEST_WRITE = Term.hex("the guest's memory");
    private static final long PAGE = 4096;
    private static final int ALL = 1000;
    private static final long BAD = Errno.EBADF.negative();
    /** What a guest's first-level table with four levels translates. */
    private static final int GUEST_WIDTH = 48;

    private final World world;
    private final Map<String, IommufdCtx> opened = new HashMap<>();
    private final Map<String, VfioCdevFile> files = new HashMap<>();
    private final Map<String, Handle> objects = new HashMap<>();
    private final IommufdAccessDeeds accesses;
    private final Consumer<List<String>> printer;

    /** An object of the program's: in which file, and its number there. */
    private record Handle(IommufdCtx ctx, int number) {}

    /** @param printer takes what the program reads, in lines */
    IommufdDeeds(World world, Consumer<List<String>> printer) {
        this.world = world;
        this.printer = printer;
        this.accesses = new IommufdAccessDeeds(this::ctx, name -> object(name).number());
    }

    /** Knows what another knows, too. */
    void know(IommufdDeeds other) {
        accesses.know(other.accesses);
        opened.putAll(other.opened);
        files.putAll(other.files);
        objects.putAll(other.objects);
    }

    long run(Action.Iommufd action) {
        return switch (action) {
            case IommufdAccessAction access -> accesses.run(access);
            case IommufdFaultAction fault -> run(fault);
            case IommufdAction.IommufdOpen(String name) -> open(name);
            case IommufdAction.IommufdDevice(String device, String name) -> openDevice(device, name);
            case IommufdAction.IommufdBind(String file, String iommufd) -> bind(file(file), ctx(iommufd));
            case IommufdAction.IommufdIoas(String iommufd, String name) ->
                keep(name, ctx(iommufd), ctx(iommufd).ioas().alloc());
            case IommufdAction.IommufdRanges(String ioas) -> ranges(object(ioas));
            case IommufdAction.IommufdAllow(String ioas, List<IommufdAction.Range> ranges) ->
                allow(object(ioas), ranges);
            case IommufdAction.IommufdMap map -> map(object(map.ioas()), map);
            case IommufdAction.IommufdCopy copy -> copy(object(copy.ioas()), copy);
            case IommufdAction.IommufdUnmap(String ioas, long iova, long size) -> unmap(object(ioas), iova, size);
            case IommufdAction.IommufdUnmapAll(String ioas) -> unmap(object(ioas), 0, -1);
            case IommufdAction.IommufdHwpt hwpt ->
                alloc(
                        hwpt.name(),
                        hwpt.file(),
                        object(hwpt.ioas()),
                        hwpt.use().map(IommufdDeeds::flag).orElse(0),
                        Optional.empty());
            case IommufdAction.IommufdNested(String file, String parent, long root, String name) ->
                alloc(name, file, object(parent), 0, Optional.of(guestTable(root)));
            case IommufdAction.IommufdInvalidate(String hwpt, long iova, long size) ->
                invalidate(object(hwpt), iova, size);
            case IommufdAction.IommufdAttach(String file, String to) ->
                file(file).attach(object(to).number());
            case IommufdAction.IommufdDetach(String file) -> file(file).detach();
            case IommufdAction.IommufdDestroy(String object) -> destroy(object);
            case IommufdAction.IommufdClose(String name) -> close(name);
            case IommufdAction.IommufdGuestWrite(long memory, long value) -> guestWrite(memory, value);
        };
    }

    private static int flag(IommufdAction.HwptUse use) {
        return switch (use) {
            case NEST_PARENT -> UserTable.NEST_PARENT;
            case DIRTY_TRACKING -> UserTable.DIRTY_TRACKING;
            case FAULT -> UserTable.FAULT_ID_VALID;
        };
    }

    private long run(IommufdFaultAction action) {
        return switch (action) {
            case IommufdFaultAction.IommufdFault(String iommufd, String name) ->
                keep(name, ctx(iommufd), ctx(iommufd).allocFault());
            case IommufdFaultAction.IommufdReadFaults(String fault) ->
                faultOf(fault)
                        .map(own -> printed(IommufdText.of(own.read(ALL)), 0))
                        .orElse(BAD);
            case IommufdFaultAction.IommufdAnswer answer ->
                faultOf(answer.fault())
                        .map(own -> own.answer(answer.cookie(), answer.answer()))
                        .orElse(BAD);
            case IommufdFaultAction.IommufdFaulting nested -> allocFaulting(nested);
            case IommufdFaultAction.IommufdInvalidateRanges(String hwpt, List<IommufdAction.Range> ranges) ->
                invalidate(object(hwpt), ranges);
            case IommufdFaultAction.IommufdDirtyTracking(String hwpt, ConfigValue on) ->
                object(hwpt).ctx().hwpt().setDirtyTracking(object(hwpt).number(), on.isYes());
            case IommufdFaultAction.IommufdDirtyBitmap bitmap -> {
                Handle hwpt = object(bitmap.hwpt());
                yield hwpt.ctx().hwpt().dirtyBitmap(hwpt.number(), bitmap.iova(), bitmap.size(), bitmap.page());
            }
            case IommufdFaultAction.IommufdHwInfo(String file) -> {
                var info = object(file).ctx().hardwareInfo(object(file).number());
                yield info.error() == 0 ? printed(IommufdText.of(info.info()), 0) : info.error();
            }
        };
    }

    private long printed(List<String> lines, long result) {
        printer.accept(lines);
        return result;
    }

    private Optional<IommufdFault> faultOf(String name) {
        Handle handle = object(name);
        return handle.ctx().fault(handle.number()).filter(fault -> !fault.isClosed());
    }

    private long allocFaulting(IommufdFaultAction.IommufdFaulting nested) {
        Handle on = object(nested.parent());
        int device = file(nested.file()).bound().map(own -> own.number()).orElse(0);
        long number = on.ctx()
                .hwpt()
                .alloc(
                        device,
                        on.number(),
                        UserTable.FAULT_ID_VALID,
                        Optional.of(guestTable(nested.root())),
                        object(nested.fault()).number());
        return keep(nested.name(), on.ctx(), number);
    }

    private long invalidate(Handle hwpt, List<IommufdAction.Range> ranges) {
        var asked = ranges.stream()
                .map(range -> new UserTable.Range(range.start(), (range.last() - range.start() + 1) / PAGE, false))
                .toList();
        var answer = hwpt.ctx().hwpt().invalidate(hwpt.number(), asked);
        return printed(List.of("entry_num=" + answer.done()), answer.error());
    }

    private long close(String name) {
        if (files.containsKey(name)) {
            return file(name).close();
        }
        return objects.containsKey(name)
                ? faultOf(name).map(IommufdFault::close).orElse(BAD)
                : ctx(name).close();
    }

    // ---- files

    private IommufdCtx ctx(String name) {
        return Deeds.named(opened, name, "iommufd");
    }

    private VfioCdevFile file(String name) {
        return Deeds.named(files, name, "device file");
    }

    private long open(String name) {
        Iommufd.Opened answer = world.vfio().iommufd().open();
        answer.file().ifPresent(file -> opened.put(name, file));
        return answer.error();
    }

    // without a vfio driver there is no file to open
    private long openDevice(String name, String handle) {
        Device device = Deeds.device(world, name);
        Optional<VfioDevice> own = world.vfio().find(device);
        if (own.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        Vfio.Opened answer = world.vfio().open(Vfio.DEVICE + own.get().index());
        answer.file().ifPresent(file -> files.put(handle, (VfioCdevFile) file));
        return answer.error();
    }

    private static long bind(VfioCdevFile file, IommufdCtx ctx) {
        long error = file.bind(ctx);
        if (error == 0) {
            file.setBusMaster(true);
        }
        return error;
    }

    // ---- objects

    private Handle object(String name) {
        VfioCdevFile file = files.get(name);
        if (file != null) {
            return file.bound()
                    .map(device -> new Handle(device.ctx(), device.number()))
                    .orElseThrow(() -> new StoryBroken("'" + name + "' is not bound to an iommufd"));
        }
        return Deeds.named(objects, name, "object");
    }

    private long keep(String name, IommufdCtx ctx, long result) {
        objects.put(name, new Handle(ctx, (int) Math.max(result, 0)));
        return Math.min(result, 0);
    }

    private long alloc(String name, String file, Handle on, int flags, Optional<UserTable> table) {
        int device = file(file).bound().map(own -> own.number()).orElse(0);
        return keep(name, on.ctx(), on.ctx().hwpt().alloc(device, on.number(), flags, table));
    }

    private static UserTable guestTable(long root) {
        return new UserTable(UserTable.Kind.VTD_S1, root, GUEST_WIDTH);
    }

    private long destroy(String name) {
        Handle handle = object(name);
        return handle.ctx().destroy(handle.number());
    }

    private static long invalidate(Handle hwpt, long iova, long size) {
        var range = new UserTable.Range(iova, size / PAGE, false);
        var answer = hwpt.ctx().hwpt().invalidate(hwpt.number(), List.of(range));
        return answer.error() == 0 ? answer.done() : answer.error();
    }

    // ---- address spaces

    private static long ranges(Handle ioas) {
        IoasCalls.Ranges answer = ioas.ctx().ioas().ranges(ioas.number());
        return answer.error() == 0 ? answer.ranges().size() : answer.error();
    }

    private static long allow(Handle ioas, List<IommufdAction.Range> ranges) {
        List<IoRange> allowed = ranges.stream()
                .map(range -> new IoRange(range.start(), range.last()))
                .toList();
        return ioas.ctx().ioas().allow(ioas.number(), allowed);
    }

    private static Optional<Long> fixed(OptionalLong iova) {
        return iova.isPresent() ? Optional.of(iova.getAsLong()) : Optional.empty();
    }

    private static long result(IoasCalls.Mapped answer, OptionalLong wanted) {
        return answer.error() != 0 || wanted.isPresent() ? answer.error() : answer.iova();
    }

    private long map(Handle ioas, IommufdAction.IommufdMap map) {
        long address = world.vfio().pool().address(map.memory());
        int prot = map.prot().ordinal();
        return result(ioas.ctx().ioas().map(ioas.number(), fixed(map.iova()), map.size(), address, prot), map.iova());
    }

    private long copy(Handle from, IommufdAction.IommufdCopy copy) {
        var source = new IoasCalls.Source(from.number(), copy.iova(), copy.size());
        return result(
                from.ctx()
                        .ioas()
                        .copy(
                                source,
                                object(copy.to()).number(),
                                fixed(copy.at()),
                                copy.prot().ordinal()),
                copy.at());
    }

    private static long unmap(Handle ioas, long iova, long size) {
        IoasCalls.Unmapped answer = ioas.ctx().ioas().unmap(ioas.number(), iova, size);
        return answer.error() == 0 ? answer.length() : answer.error();
    }

    // ---- the guest

    private long guestWrite(long memory, long value) {
        var pool = world.vfio().pool();
        long address = pool.address(memory);
        if (!pool.has(address)) {
            return Errno.EFAULT.negative();
        }
        long physical = pool.physicalPage(address) + memory % pool.pageBytes();
        world.site().memory().write64(physical, value);
        world.machine().emit(EventKind.TABLE_WRITE, Lane.USER, GUEST_WRITE, world.vfio(), physical, value);
        return 0;
    }
}
