package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.CallbackUse;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Removal;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A driver's table as this kernel has it, and the only way to call through it. Each call is an event; a callback that
 * the kernel calls without a test and that is not there is a NULL call; a failure that somebody ordered is returned in
 * the driver's stead.
 */
public final class DriverOps extends SimObject {
    private final Kernel kernel;
    private final OpsTable source;
    private final OpsTable table;
    private final Optional<DriverOps> driver;
    private final List<Failure> failures;
    private final List<LongCell> calls;
    private final CallbackUse use = new CallbackUse();
    private final UserOps user = new UserOps(this);

    /**
     * The driver's own table, less what the kernel build removes.
     *
     * @param source makes the table as this kernel's source has it; how kernels differ in it counts only where an entry
     *     is looked at
     */
    public DriverOps(Kernel kernel, Supplier<OpsTable> source) {
        super(kernel.machine());
        this.kernel = kernel;
        this.source = kernel.questions().aside(source);
        OpsTable left = this.source;
        for (Removal removal : kernel.build().removed()) {
            if (removal.driver().equals(left.driver())) {
                left = left.without(removal.callback());
            }
        }
        this.table = left;
        this.driver = Optional.empty();
        this.failures = kernel.build().failures().stream()
                .filter(f -> f.driver().equals(table.driver()))
                .toList();
        this.calls = failures.stream()
                .map(f -> new LongCell(
                        this, Lane.CORE, Term.count("calls of " + f.callback().kernelName())))
                .toList();
    }

    private DriverOps(DriverOps driver, OpsTable table) {
        super(driver.kernel.machine());
        this.kernel = driver.kernel;
        this.source = table;
        this.table = table;
        this.driver = Optional.of(driver);
        this.failures = List.of();
        this.calls = List.of();
    }

    /**
     * A static domain of this driver whose own table has attach_dev and nothing else.
     *
     * @param name the kernel's name of the variable
     * @param ownTable the kernel's name of its {@code struct iommu_domain_ops}
     * @param function the driver's function behind attach_dev
     */
    public StaticDomain makeStatic(
            String name, DomainType type, String ownTable, Term function, OpsTable.AttachDev attach) {
        OpsTable own = OpsTable.named(table.driver(), ownTable)
                .with(Callback.ATTACH_DEV, function, attach)
                .build();
        return new StaticDomain(machine(), name, type, ofStaticDomain(own));
    }

    /** The callbacks of a static domain of this driver: a table of its own, out of which nobody takes anything. */
    public DriverOps ofStaticDomain(OpsTable own) {
        return new DriverOps(this, own);
    }

    /** The driver that a domain with these callbacks comes from: {@code domain->owner}. */
    DriverOps owner() {
        return driver.orElse(this);
    }

    @Override
    public String label() {
        return table.table();
    }

    public OpsTable table() {
        return table;
    }

    /** The table as the kernel's source has it, before anybody removed an entry. */
    public OpsTable sourceTable() {
        return source;
    }

    /** What this run has asked of the table so far. */
    public CallbackUse use() {
        return use;
    }

    public boolean has(Callback callback) {
        use.looked(callback, machine().steps());
        return table.entries().containsKey(callback) && !use.isWithheld(callback);
    }

    /** device_iommu_capable: a missing callback means no. */
    public boolean capable(Device device, OpsTable.Capability capability) {
        return has(Callback.CAPABLE)
                && invoke(
                                Callback.CAPABLE,
                                device,
                                0,
                                OpsTable.Capable.class,
                                f -> f.capable(device, capability) ? 1 : 0)
                        != 0;
    }

    Optional<IommuDomain> domainAlloc(DomainType type) {
        return objectOf(
                invoke(
                        Callback.DOMAIN_ALLOC,
                        this,
                        type.number(),
                        OpsTable.DomainAlloc.class,
                        f -> f.alloc(type).map(SimObject::id).orElse(0)),
                IommuDomain.class);
    }

    Optional<IommuDomain> domainAllocPaging(Optional<Device> device) {
        return objectOf(
                invoke(
                        Callback.DOMAIN_ALLOC_PAGING,
                        device.<SimObject>map(d -> d).orElse(this),
                        0,
                        OpsTable.DomainAllocPaging.class,
                        f -> f.alloc(device).map(SimObject::id).orElse(0)),
                IommuDomain.class);
    }

    /** The callbacks behind which user space stands: nested domains, processes, single PASIDs. */
    UserOps user() {
        return user;
    }

    /** identity_domain, blocked_domain, default_domain, release_domain; empty for the kernel's NULL. */
    Optional<IommuDomain> staticDomain(Callback pointer) {
        use.called(pointer, machine().steps());
        return Optional.ofNullable(table.entries().get(pointer))
                .filter(_ -> !use.isWithheld(pointer))
                .map(entry -> ((OpsTable.DomainPointer) entry.body()).domain());
    }

    /** Whether somebody took the page sizes out of the table, so that it says 0. */
    boolean hasLostPageSizes() {
        use.called(Callback.PGSIZE_BITMAP, machine().steps());
        return source.entries().containsKey(Callback.PGSIZE_BITMAP) && !has(Callback.PGSIZE_BITMAP);
    }

    /** An entry that the kernel looked for and did not find, at a place where it tests for it. */
    void missing(Callback callback, SimObject about) {
        kernel.machine()
                .emit(
                        EventKind.MISSING,
                        Lane.DRIVER,
                        Term.of(
                                callback.kernelName(),
                                table.table(),
                                Term.Operand.NONE,
                                Term.Operand.NONE,
                                Term.Operand.NONE),
                        about,
                        callback.ordinal(),
                        0);
    }

    OpsTable.Probed probeDevice(Device device) {
        var probed = new OpsTable.Probed[1];
        long error = invoke(Callback.PROBE_DEVICE, device, 0, OpsTable.ProbeDevice.class, f -> {
            probed[0] = f.probe(device);
            return probed[0].error();
        });
        return error == 0 ? probed[0] : OpsTable.Probed.failed(error);
    }

    OpsTable.Grouped deviceGroup(Device device) {
        long id = invoke(Callback.DEVICE_GROUP, device, 0, OpsTable.Body.class, body -> switch (body) {
            case OpsTable.DeviceGroup f -> f.group(device).id();
            case OpsTable.DeviceGroupOrErrno f -> idOrErrno(f.group(device));
            default -> throw new IllegalStateException("no device_group: " + body);
        });
        return id < 0
                ? OpsTable.Grouped.failed(id)
                : OpsTable.Grouped.ok(objectOf(id, Group.class).orElseThrow());
    }

    private static long idOrErrno(OpsTable.Grouped grouped) {
        return grouped.group().map(group -> (long) group.id()).orElse(grouped.error());
    }

    void onDevice(Callback callback, Device device) {
        invoke(callback, device, 0, OpsTable.OnDevice.class, f -> {
            f.on(device);
            return 0;
        });
    }

    /** of_xlate; also for a driver that reads the device tree itself and goes through its own table (tegra-smmu). */
    public long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        return invoke(
                Callback.OF_XLATE, device, iommu.id(), OpsTable.OfXlate.class, f -> f.xlate(device, iommu, cells));
    }

    boolean isAttachDeferred(Device device) {
        return has(Callback.IS_ATTACH_DEFERRED)
                && invoke(
                                Callback.IS_ATTACH_DEFERRED,
                                device,
                                0,
                                OpsTable.IsAttachDeferred.class,
                                f -> f.deferred(device) ? 1 : 0)
                        != 0;
    }

    Optional<DomainType> defDomainType(Device device) {
        if (!has(Callback.DEF_DOMAIN_TYPE)) {
            return Optional.empty();
        }
        long type = invoke(
                Callback.DEF_DOMAIN_TYPE,
                device,
                0,
                OpsTable.DefDomainType.class,
                f -> f.type(device).map(DomainType::number).orElse(0));
        return type == 0 ? Optional.empty() : DomainType.of((int) type);
    }

    List<ResvRegion> resvRegions(Device device) {
        var regions = new ArrayList<ResvRegion>();
        invoke(Callback.GET_RESV_REGIONS, device, 0, OpsTable.GetResvRegions.class, f -> {
            regions.addAll(f.regions(device));
            return 0;
        });
        return List.copyOf(regions);
    }

    long attachDev(IommuDomain domain, Device device) {
        return invoke(
                Callback.ATTACH_DEV, device, domain.id(), OpsTable.AttachDev.class, f -> f.attach(domain, device));
    }

    void detachDev(IommuDomain domain, Device device) {
        invoke(Callback.DETACH_DEV, device, domain.id(), OpsTable.DetachDev.class, f -> {
            f.detach(domain, device);
            return 0;
        });
    }

    long map(IommuDomain domain, long iova, long physical, long size, int prot) {
        return invoke(
                Callback.MAP, domain, iova, OpsTable.MapOne.class, f -> f.map(domain, iova, physical, size, prot));
    }

    long unmap(IommuDomain domain, long iova, long size, IotlbGather gather) {
        return invoke(Callback.UNMAP, domain, iova, OpsTable.UnmapOne.class, f -> f.unmap(domain, iova, size, gather));
    }

    OpsTable.Mapped mapPages(IommuDomain domain, long iova, long physical, long pageSize, long count, int prot) {
        var mapped = new OpsTable.Mapped[] {new OpsTable.Mapped(0, 0)};
        long error = invoke(Callback.MAP_PAGES, domain, iova, OpsTable.MapPages.class, f -> {
            mapped[0] = f.map(domain, iova, physical, pageSize, count, prot);
            return mapped[0].error();
        });
        return new OpsTable.Mapped(error, mapped[0].bytes());
    }

    long unmapPages(IommuDomain domain, long iova, long pageSize, long count, IotlbGather gather) {
        return invoke(
                Callback.UNMAP_PAGES,
                domain,
                iova,
                OpsTable.UnmapPages.class,
                f -> f.unmap(domain, iova, pageSize, count, gather));
    }

    void onDomain(Callback callback, IommuDomain domain) {
        invoke(callback, domain, 0, OpsTable.OnDomain.class, f -> {
            f.on(domain);
            return 0;
        });
    }

    boolean enforceCacheCoherency(IommuDomain domain) {
        return invoke(
                        Callback.ENFORCE_CACHE_COHERENCY,
                        domain,
                        0,
                        OpsTable.EnforceCacheCoherency.class,
                        f -> f.enforce(domain) ? 1 : 0)
                != 0;
    }

    long enableNesting(IommuDomain domain) {
        return invoke(Callback.ENABLE_NESTING, domain, 0, OpsTable.EnableNesting.class, f -> f.enable(domain));
    }

    long iotlbSyncMap(IommuDomain domain, long iova, long size) {
        return invoke(Callback.IOTLB_SYNC_MAP, domain, iova, OpsTable.Body.class, body -> {
            if (body instanceof OpsTable.IotlbSyncMapOrErrno f) {
                return f.sync(domain, iova, size);
            }
            ((OpsTable.IotlbSyncMap) body).sync(domain, iova, size);
            return 0;
        });
    }

    void iotlbSync(IommuDomain domain, IotlbGather gather) {
        invoke(Callback.IOTLB_SYNC, domain, gather.start(), OpsTable.IotlbSync.class, f -> {
            f.sync(domain, gather);
            return 0;
        });
    }

    long iovaToPhys(IommuDomain domain, long iova) {
        return invoke(Callback.IOVA_TO_PHYS, domain, iova, OpsTable.IovaToPhys.class, f -> f.translate(domain, iova));
    }

    interface Call<F> {
        long on(F function);
    }

    <F extends OpsTable.Body> long invoke(
            Callback callback, SimObject object, long argument, Class<F> shape, Call<F> call) {
        OpsTable.Entry entry = table.entries().get(callback);
        use.called(callback, machine().steps());
        if (entry == null || use.isWithheld(callback)) {
            throw kernel.log()
                    .nullCall(
                            Term.of(callback.kernelName(), "", Term.Operand.NONE, Term.Operand.NONE, Term.Operand.NONE),
                            object);
        }
        F function = shape.cast(entry.body());
        kernel.machine().emit(EventKind.CALLBACK, Lane.DRIVER, entry.function(), object, callback.ordinal(), argument);
        LongSupplier body = () -> orderedFailure(callback).orElseGet(() -> call.on(function));
        return kernel.machine().inside(Lane.DRIVER, entry.function(), object, body);
    }

    // Every failure ordered for a callback counts every call of it, whichever of them answers.
    private Optional<Long> orderedFailure(Callback callback) {
        Optional<Long> ordered = Optional.empty();
        for (int i = 0; i < failures.size(); i++) {
            Failure failure = failures.get(i);
            if (failure.callback() == callback) {
                long nth = calls.get(i).get() + 1;
                calls.get(i).setQuietly(nth);
                if (nth == failure.nth()) {
                    ordered = Optional.of(callback.failsWith(failure.error()));
                }
            }
        }
        return ordered;
    }

    <T extends SimObject> Optional<T> objectOf(long id, Class<T> type) {
        return id <= 0 ? Optional.empty() : Optional.of(type.cast(machine().object((int) id)));
    }
}
