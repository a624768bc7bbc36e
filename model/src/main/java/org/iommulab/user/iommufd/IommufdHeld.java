package org.iommulab.user.iommufd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.core.IommuDomain;
import org.iommulab.sim.SimObject;
import org.iommulab.user.held.Held;
import org.iommulab.user.held.Held.Note;
import org.iommulab.user.held.HeldKind;

/** Tells of an open /dev/iommu and its objects, for those who look. */
final class IommufdHeld {
    private final IommufdCtx ctx;
    private final List<IommufdObject> objects;

    private IommufdHeld(IommufdCtx ctx) {
        this.ctx = ctx;
        this.objects = ctx.all();
    }

    /** The file first, then its objects by number. */
    static List<Held> of(IommufdCtx ctx) {
        var tells = new IommufdHeld(ctx);
        var all = new ArrayList<Held>();
        all.add(tells.file());
        tells.objects.forEach(object -> all.add(tells.object(object)));
        return all;
    }

    private Held file() {
        var notes = new ArrayList<Note>();
        for (IommufdObject object : objects) {
            notes.add(Note.of(Integer.toString(object.number()), object, name(object)));
        }
        int count = objects.size();
        String state = count == 0 ? "empty" : count == 1 ? "1 object" : count + " objects";
        return new Held(ctx, HeldKind.IOMMUFD, Iommufd.PATH, state, ctx.isClosed(), Optional.empty(), List.of(), notes);
    }

    private static String name(IommufdObject object) {
        return switch (object) {
            case Ioas ioas -> "IOAS " + ioas.number();
            case HwPagetable hwpt -> "HWPT " + hwpt.number();
            case IommufdDevice device -> "device " + device.number();
            case IommufdAccess access -> "access " + access.number();
            case IommufdFault fault -> "FAULT " + fault.number();
        };
    }

    private Held object(IommufdObject object) {
        return switch (object) {
            case Ioas ioas -> ioas(ioas);
            case HwptPaging hwpt -> paging(hwpt);
            case HwptNested hwpt -> nested(hwpt);
            case IommufdDevice device -> device(device);
            case IommufdAccess access -> access(access);
            case IommufdFault fault -> fault(fault);
        };
    }

    private Held held(
            IommufdObject object, HeldKind kind, String state, boolean closed, List<SimObject> on, List<Note> notes) {
        var all = new ArrayList<>(notes);
        // the file's table is one of them
        all.add(Note.of("users", Long.toString(object.users().get() - 1)));
        return new Held(object, kind, name(object), state, closed, Optional.of(ctx), on, all);
    }

    private Held ioas(Ioas ioas) {
        List<IoRange> mapped = ioas.mapped();
        var notes = new ArrayList<Note>();
        notes.add(Note.of("mappings", Integer.toString(mapped.size())));
        mapped.forEach(range ->
                notes.add(Note.of("0x" + Long.toHexString(range.start()), "to 0x" + Long.toHexString(range.last()))));
        ioas.hwpts().toList().forEach(hwpt -> notes.add(Note.of("fills", hwpt, name(hwpt))));
        String state = mapped.size() + (mapped.size() == 1 ? " mapping" : " mappings");
        return held(ioas, HeldKind.IOAS, state, false, List.of(), notes);
    }

    private Held paging(HwptPaging hwpt) {
        var notes = new ArrayList<Note>();
        notes.add(Note.of("address space", hwpt.ioas(), name(hwpt.ioas())));
        domain(hwpt, notes);
        notes.add(Note.of("made", hwpt.isAutomatic().get() ? "by attaching" : "by the program"));
        notes.add(Note.of("under another table", hwpt.isNestParent() ? "allowed" : "no"));
        return held(hwpt, HeldKind.HWPT_PAGING, state(hwpt), false, on(hwpt, hwpt.ioas()), notes);
    }

    private Held nested(HwptNested hwpt) {
        var notes = new ArrayList<Note>();
        notes.add(Note.of("on top of", hwpt.parent(), name(hwpt.parent())));
        domain(hwpt, notes);
        notes.add(hwpt.fault()
                .get()
                .map(fault -> Note.of("fault queue", fault, name(fault)))
                .orElse(Note.of("fault queue", "none")));
        return held(hwpt, HeldKind.HWPT_NESTED, state(hwpt), false, on(hwpt, hwpt.parent()), notes);
    }

    private static String state(HwPagetable hwpt) {
        return hwpt.domain().get().map(IommuDomain::label).orElse("no domain yet");
    }

    private static void domain(HwPagetable hwpt, List<Note> notes) {
        notes.add(hwpt.domain()
                .get()
                .map(domain -> Note.of("domain", domain, domain.label()))
                .orElse(Note.of("domain", "none yet")));
    }

    private static List<SimObject> on(HwPagetable hwpt, SimObject below) {
        var on = new ArrayList<SimObject>();
        on.add(below);
        hwpt.domain().get().ifPresent(on::add);
        return on;
    }

    private Held device(IommufdDevice device) {
        IommufdGroup group = device.group();
        Optional<HwPagetable> hwpt =
                group.devices().contains(device) ? group.hwpt().get() : Optional.empty();
        var notes = new ArrayList<Note>();
        notes.add(Note.of("device", device.device(), device.device().label()));
        notes.add(hwpt.map(table -> Note.of("attached to", table, name(table)))
                .orElse(Note.of("attached to", "nothing")));
        notes.add(Note.of("no snoop", device.enforcesCoherency().get() ? "can be ignored" : "is obeyed"));
        String state = hwpt.map(IommufdHeld::name).orElse("attached to nothing");
        return held(device, HeldKind.IOMMUFD_DEVICE, state, false, List.of(device.device()), notes);
    }

    private Held access(IommufdAccess access) {
        Optional<Ioas> ioas = access.ioas().get();
        var notes = new ArrayList<Note>();
        notes.add(ioas.map(space -> Note.of("address space", space, name(space)))
                .orElse(Note.of("address space", "none")));
        notes.add(Note.of("pinned ranges", Integer.toString(access.pinned())));
        String state = ioas.map(space -> "on " + name(space)).orElse("on no IOAS");
        return held(
                access, HeldKind.ACCESS, state, false, List.copyOf(ioas.stream().toList()), notes);
    }

    private Held fault(IommufdFault fault) {
        var notes = new ArrayList<Note>();
        notes.add(Note.of("waiting", Integer.toString(fault.waiting())));
        notes.add(Note.of("not answered", Integer.toString(fault.unanswered())));
        for (IommufdObject object : objects) {
            if (object instanceof HwptNested hwpt && hwpt.fault().is(fault)) {
                notes.add(Note.of("asked by", hwpt, name(hwpt)));
            }
        }
        return held(fault, HeldKind.FAULT_QUEUE, fault.waiting() + " waiting", fault.isClosed(), List.of(), notes);
    }
}
