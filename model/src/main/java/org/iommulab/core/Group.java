package org.iommulab.core;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct iommu_group}: devices that cannot be told apart or kept apart. All of it is belief. */
public final class Group extends SimObject {

    private final Kernel kernel;
    private final int number;
    private final RefCell<GroupName> name;
    private final RefList<Device> devices;
    private final Mutex mutex;
    private final RefCell<IommuDomain> defaultDomain;
    private final RefCell<IommuDomain> blockingDomain;
    private final RefCell<IommuDomain> domain;
    private final RefCell<SimObject> owner;
    private final LongCell ownerCount;
    private final PasidArray pasids;
    private final FlagCell held;
    private final FlagCell gone;

    Group(Kernel kernel, int number) {
        super(kernel.machine());
        this.kernel = kernel;
        this.number = number;
        name = new RefCell<>(this, Lane.CORE, Term.reference("group.name"), GroupName.class);
        devices = new RefList<>(this, Device.class);
        mutex = new Mutex(kernel, this, "group.mutex");
        defaultDomain = new RefCell<>(this, Lane.CORE, Term.reference("group.default_domain"), IommuDomain.class);
        blockingDomain = new RefCell<>(this, Lane.CORE, Term.reference("group.blocking_domain"), IommuDomain.class);
        domain = new RefCell<>(this, Lane.CORE, Term.reference("group.domain"), IommuDomain.class);
        owner = new RefCell<>(this, Lane.CORE, Term.reference("group.owner"), SimObject.class);
        ownerCount = new LongCell(this, Lane.CORE, Term.count("group.owner_cnt"));
        pasids = new PasidArray(this);
        held = new FlagCell(this, Lane.CORE, Term.flag("held"));
        gone = new FlagCell(this, Lane.CORE, Term.flag("gone"));
    }

    /** {@code dev->iommu_group}, which may be NULL. */
    public static Optional<Group> of(Device device) {
        return device.iommuGroup().get().map(Group.class::cast);
    }

    @Override
    public String label() {
        return "group " + number;
    }

    public int number() {
        return number;
    }

    /** NULL unless who made the group gave it one. */
    public RefCell<GroupName> name() {
        return name;
    }

    /** In the order of joining. */
    public RefList<Device> devices() {
        return devices;
    }

    public Mutex mutex() {
        return mutex;
    }

    public RefCell<IommuDomain> defaultDomain() {
        return defaultDomain;
    }

    public RefCell<IommuDomain> blockingDomain() {
        return blockingDomain;
    }

    /** What the core believes is attached. */
    public RefCell<IommuDomain> domain() {
        return domain;
    }

    /** A user-space style owner; kernel drivers leave it NULL. */
    public RefCell<SimObject> owner() {
        return owner;
    }

    public LongCell ownerCount() {
        return ownerCount;
    }

    /** What is attached to the PASIDs of its devices ({@code group->pasid_array}, v6.2). */
    public PasidArray pasids() {
        return pasids;
    }

    /** Whether something besides its devices has a reference to it, so that it outlives the last of them. */
    public FlagCell held() {
        return held;
    }

    /** The last device left and the group's memory is freed. */
    public FlagCell gone() {
        return gone;
    }
}
