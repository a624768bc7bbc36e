package org.iommulab.user.vfio;

import java.util.function.LongSupplier;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.user.held.Held;

/** What a user got from open or GET_DEVICE_FD. Every call on a file that was closed is refused with -EBADF. */
public abstract sealed class VfioFile extends SimObject
        permits VfioContainer, VfioGroupFile, VfioDeviceFile, VfioCdevFile {
    private final FlagCell closed;

    VfioFile(Machine machine) {
        super(machine);
        this.closed = new FlagCell(this, Lane.USER, Term.flag("closed"));
    }

    public final boolean isClosed() {
        return closed.get();
    }

    /** close(2): 0, or -EBADF the second time. */
    public final long close() {
        if (closed.get()) {
            return Errno.EBADF.negative();
        }
        if (!isKept()) {
            vfio().files().remove(this);
        }
        closed.set(true);
        release();
        return 0;
    }

    abstract Vfio vfio();

    /** Whether something holds what is behind it when the program has closed it. */
    boolean isKept() {
        return false;
    }

    /** What it is for those who look. */
    abstract Held held();

    /** The file's release function. */
    abstract void release();

    /** A call through this file, as an event, unless it is closed. */
    final long ioctl(Term function, LongSupplier body) {
        return ioctl(function, 0, 0, body);
    }

    final long ioctl(Term function, long a, long b, LongSupplier body) {
        return closed.get() ? Errno.EBADF.negative() : machine().call(Lane.USER, function, this, a, b, body);
    }
}
