package org.iommulab.user.iommufd;

import java.util.Optional;
import org.iommulab.core.AttachHandle;
import org.iommulab.core.Group;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommufd_group}: what one file knows about a group of which it has a device. All devices share one HWPT. */
final class IommufdGroup extends SimObject {
    /** PHYS_ADDR_MAX: no window for interrupts is known. */
    static final long NO_WINDOW = -1;

    private final String label;
    private final RefCell<Group> group;
    private final LongCell users;
    private final RefCell<HwPagetable> hwpt;
    private final RefList<IommufdDevice> devices;
    private final LongCell softwareMsi;
    private final AttachHandle handle;

    IommufdGroup(IommufdCtx ctx, Group group) {
        super(ctx.machine());
        this.label = "iommufd " + group.label();
        this.group = new RefCell<>(this, Lane.USER, Term.reference("igroup.group"), Group.class);
        this.users = new LongCell(this, Lane.USER, Term.count("igroup.ref"));
        this.hwpt = new RefCell<>(this, Lane.USER, Term.reference("igroup.hwpt"), HwPagetable.class);
        this.devices = new RefList<>(this, IommufdDevice.class);
        this.softwareMsi = new LongCell(this, Lane.USER, Term.hex("igroup.sw_msi_start"));
        this.handle = new AttachHandle(machine());
        this.group.setQuietly(Optional.of(group));
        softwareMsi.setQuietly(NO_WINDOW);
    }

    @Override
    public String label() {
        return label;
    }

    RefCell<Group> group() {
        return group;
    }

    LongCell users() {
        return users;
    }

    /** What all attached devices of the group use; NULL while none is attached. */
    RefCell<HwPagetable> hwpt() {
        return hwpt;
    }

    /** Those that are attached, in order. */
    RefList<IommufdDevice> devices() {
        return devices;
    }

    /** Where the driver wants interrupt doorbells to be mapped, or {@link #NO_WINDOW}. */
    LongCell softwareMsi() {
        return softwareMsi;
    }

    /** The one attachment of the group. */
    AttachHandle handle() {
        return handle;
    }
}
