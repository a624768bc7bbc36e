package org.iommulab.user.iommufd;

import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct iommufd_object}: it has a number in its file, and a count of users, of which the file's table is one. It
 * can be destroyed when the table is the only one.
 */
public abstract sealed class IommufdObject extends SimObject
        permits Ioas, HwPagetable, IommufdDevice, IommufdAccess, IommufdFault {
    private final IommufdCtx ctx;
    private final int number;
    private final LongCell users;

    /** _iommufd_object_alloc: the smallest number that is free. */
    IommufdObject(IommufdCtx ctx) {
        super(ctx.machine());
        this.ctx = ctx;
        this.number = ctx.freeNumber();
        this.users = new LongCell(this, Lane.USER, Term.count("users"));
        users.setQuietly(1);
        ctx.objects().add(this);
    }

    public final IommufdCtx ctx() {
        return ctx;
    }

    /** What the program calls it by. */
    public final int number() {
        return number;
    }

    /** 1, and one for each object that needs this one. */
    public final LongCell users() {
        return users;
    }

    /** The object's own end, called when nobody uses it. */
    abstract void destroy();

    /** iommufd_object_abort_and_destroy: it was never shown to the program. */
    final void abort() {
        destroy();
        ctx.objects().remove(this);
    }
}
