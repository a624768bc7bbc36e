package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of omap-iommu at every level that the lab knows (drivers/iommu/omap-iommu.c, v6.1 to v6.12). */
final class OmapDriver {
    static final String NAME = "omap";
    private static final String FILE = "drivers/iommu/omap-iommu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("omap_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("omap_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("omap_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("omap_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("omap_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("omap_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("omap_iommu_release_device", FILE);
    private static final Term OWN_GROUP =
            Term.of("omap_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term SINGLE_GROUP =
            Term.of("generic_single_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term ATTACH = Term.function("omap_iommu_attach_dev", FILE);
    private static final Term DETACH = Term.function("omap_iommu_detach_dev", FILE);
    private static final Term SET_PLATFORM = Term.function("omap_iommu_set_platform_dma", FILE);
    private static final Term MAP = Term.of("omap_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("omap_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("omap_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);

    private static final Term NO_IOMMU = LogText.of("<3>device doesn't have an associated iommu");
    private static final Term ATTACHED_ALREADY = LogText.of("<3>iommu domain is already attached");
    private static final Term NOTHING_ATTACHED = LogText.of("<3>domain has no attached device");
    private static final Term OTHER_ATTACHED = LogText.of("<3>invalid attached device");
    private static final Term WRONG_SIZE = LogText.of("<3>invalid size to map: %d");
    private static final Term NOT_STORED = LogText.of("<3>omap_iopgtable_store_entry failed: %d");
    private static final Term BOGUS_PGD = LogText.of("<3>bogus pgd 0x%x, da 0x%x");
    private static final Term BOGUS_PTE = LogText.of("<3>bogus pte 0x%x, da 0x%x");
    private static final Term GROUP_DOMAIN = Term.reference("iommu_get_domain_for_dev");
    private static final Term MIRRORS = Term.reference("omap_domain.iommus");

    private final Kernel kernel;
    private final Site site;
    private final OmapUnits units;
    private final DriverOps ops;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;

    /** What the callbacks ask of the platform driver. */
    interface OmapUnits {
        /** The driver's data of an IOMMU's device; empty before its probe. */
        Optional<OmapIommu> dataOf(Device device);
    }

    OmapDriver(Site site, OmapUnits units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "omap_iommu_identity_domain",
                DomainType.IDENTITY,
                "omap_iommu_identity_ops",
                IDENTITY_ATTACH,
                this::identityAttach);
    }

    DriverOps ops() {
        return ops;
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "omap_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.since(Version.V6_7)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    .with(Callback.DEVICE_GROUP, SINGLE_GROUP, (OpsTable.DeviceGroupOrErrno) this::group)
                    .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, size, count, prot) -> {
                        long error = map(domain, iova, physical, size);
                        return new OpsTable.Mapped(error, error == 0 ? size : 0);
                    })
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                            (domain, iova, size, count, gather) -> unmap(domain, iova))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc)
                        type -> type == DomainType.UNMANAGED ? Optional.of(newDomain()) : Optional.empty())
                .with(Callback.DEVICE_GROUP, OWN_GROUP, (OpsTable.DeviceGroupOrErrno) this::group)
                .with(Callback.MAP, MAP, (OpsTable.MapOne)
                        (domain, iova, physical, size, prot) -> map(domain, iova, physical, size))
                .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne) (domain, iova, size, gather) -> unmap(domain, iova));
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detach);
        }
        return table.build();
    }

    private IommuDomain newDomain() {
        return new OmapDomain(kernel, (int) domains.add(1));
    }

    // ---- devices

    /**
     * omap_iommu_probe_device: an IOMMU that does not exist yet means "not ours", one that exists and was not probed is an
     * error, which makes a registration fail that walks the bus just then.
     */
    private OpsTable.Probed probeDevice(Device device) {
        if (device.iommus().isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        var found = new ArrayList<OmapIommu>();
        for (IommuSpec spec : device.iommus()) {
            Optional<Device> unit = site.bus().devices().toList().stream()
                    .filter(d -> d.label().equals(spec.unit()))
                    .findFirst();
            if (unit.isEmpty()) {
                return OpsTable.Probed.failed(Errno.ENODEV.negative());
            }
            Optional<OmapIommu> data = units.dataOf(unit.get());
            if (data.isEmpty()) {
                return OpsTable.Probed.failed(Errno.EINVAL.negative());
            }
            found.add(data.get());
        }
        var data = new OmapArchData(device, found);
        DevIommu.find(device).orElseThrow().priv().set(data);
        return OpsTable.Probed.ok(data.first().instance());
    }

    private void releaseDevice(Device device) {
        DevIommu.find(device).ifPresent(data -> data.priv().setNull());
    }

    /**
     * One group for each IOMMU, however many a device has: that of its first. The driver or, from v6.7 on, the core has a
     * reference to it.
     */
    private OpsTable.Grouped group(Device device) {
        if (site.kernel().since(Version.V6_7)) {
            return OpsTable.Grouped.ok(site.core().probing().singleDeviceGroup(device));
        }
        Optional<OmapArchData> data = OmapArchData.of(device);
        if (data.isEmpty()) {
            return OpsTable.Grouped.failed(Errno.ENODEV.negative());
        }
        return OpsTable.Grouped.ok(data.get().first().group().require());
    }

    // ---- attaching

    private long attach(IommuDomain attached, Device device) {
        var domain = (OmapDomain) attached;
        Optional<OmapArchData> data = OmapArchData.of(device);
        boolean old = !kernel.since(Version.V6_2);
        if (data.isEmpty()) {
            kernel.log().line(NO_IOMMU, device, 0, 0);
            return (old ? Errno.EINVAL : Errno.ENODEV).negative();
        }
        long[] error = new long[1];
        domain.lock().with(() -> {
            if (!domain.device().isNull()) {
                kernel.log().line(ATTACHED_ALREADY, device, 0, 0);
                error[0] = (old ? Errno.EBUSY : Errno.EINVAL).negative();
                return;
            }
            List<OmapIommu> iommus = data.get().iommus();
            List<OmapMirror> mirrors = attachInit(domain, iommus);
            for (int i = 0; i < mirrors.size(); i++) {
                iommus.get(i).attach(mirrors.get(i));
                iommus.get(i).domain().set(domain);
                mirrors.get(i).iommu().set(iommus.get(i));
            }
            domain.device().set(device);
        });
        return error[0];
    }

    /** omap_iommu_attach_init: a table for each IOMMU, before the first of them is enabled. */
    private List<OmapMirror> attachInit(OmapDomain domain, List<OmapIommu> iommus) {
        for (OmapIommu iommu : iommus) {
            var events = new TableEvents(domain, List.of("iopgd", "iopte"));
            var table = new OmapPageTable(site.memory(), site.frames(), iova -> {}, events);
            domain.mirrors().add(new OmapMirror(domain, iommu, table));
        }
        return domain.mirrors().toList();
    }

    private void detach(IommuDomain detached, Device device) {
        var domain = (OmapDomain) detached;
        domain.lock().with(() -> detachLocked(domain, device));
    }

    /** _omap_iommu_detach_dev: in the reverse order, and with the attachment all mappings go. */
    private void detachLocked(OmapDomain domain, Device device) {
        if (domain.device().isNull()) {
            kernel.log().line(NOTHING_ATTACHED, device, 0, 0);
            return;
        }
        if (!domain.device().is(device)) {
            kernel.log().line(OTHER_ATTACHED, device, 0, 0);
            return;
        }
        List<OmapMirror> mirrors = domain.mirrors().toList();
        for (OmapMirror mirror : mirrors.reversed()) {
            OmapIommu iommu = mirror.iommu().require();
            iommu.clearAll();
            iommu.detach();
            mirror.iommu().setNull();
            iommu.domain().setNull();
        }
        mirrors.forEach(mirror -> mirror.table().free());
        domain.mirrors().clear();
        domain.device().setNull();
    }

    /** omap_iommu_set_platform_dma: detach_dev for the domain that the core is about to forget. */
    private void setPlatformDma(Device device) {
        detach(domainOf(device).orElseThrow(() -> kernel.log().nullAccess(GROUP_DOMAIN, device)), device);
    }

    private static Optional<IommuDomain> domainOf(Device device) {
        return Group.of(device).flatMap(group -> group.domain().get());
    }

    /** omap_iommu_identity_attach: the same again, as an attach. */
    private long identityAttach(IommuDomain domain, Device device) {
        domainOf(device).filter(outgoing -> outgoing != domain).ifPresent(outgoing -> detach(outgoing, device));
        return 0;
    }

    /** omap_iommu_domain_free: a device that is still attached is detached, without the lock; the core is not told. */
    private void free(IommuDomain freed) {
        var domain = (OmapDomain) freed;
        domain.device().get().ifPresent(device -> detachLocked(domain, device));
    }

    // ---- mappings

    /** omap_iommu_map: one page in each table. Without an attached device there is none, and nothing can be mapped. */
    private long map(IommuDomain mapped, long iova, long physical, long size) {
        var domain = (OmapDomain) mapped;
        if (!OmapPageTable.isSize(size)) {
            kernel.log()
                    .line(
                            WRONG_SIZE,
                            domain.device().get().<SimObject>map(d -> d).orElse(kernel),
                            size,
                            0);
            return Errno.EINVAL.negative();
        }
        long error = Errno.EINVAL.negative();
        var done = new ArrayList<OmapIommu>();
        for (OmapMirror mirror : domain.mirrors().toList()) {
            OmapIommu iommu = mirror.iommu().require();
            error = iommu.store(iova, physical, size);
            if (error != 0) {
                kernel.log().line(NOT_STORED, domain.device().require(), error, 0);
                done.reversed().forEach(before -> before.clear(iova));
                break;
            }
            done.add(iommu);
        }
        return error;
    }

    /** omap_iommu_unmap: whatever is found there, in each table; 0 if one of them has nothing. */
    private long unmap(IommuDomain unmapped, long iova) {
        long bytes = 0;
        boolean missing = false;
        for (OmapMirror mirror : ((OmapDomain) unmapped).mirrors().toList()) {
            bytes = mirror.iommu().require().clear(iova);
            missing |= bytes == 0;
        }
        return missing ? 0 : bytes;
    }

    /** omap_iommu_iova_to_phys asks the first table, without a test whether there is one. */
    private long iovaToPhys(IommuDomain asked, long iova) {
        OmapMirror mirror = ((OmapDomain) asked)
                .mirrors().toList().stream()
                        .findFirst()
                        .orElseThrow(() -> kernel.log().nullAccess(MIRRORS, asked));
        long address = mirror.table().translate(iova);
        if (address != OmapPageTable.NOT_MAPPED) {
            return address;
        }
        boolean hasTable = mirror.table().radix().hasLeafTable(iova);
        long entry = mirror.table().radix().entry(hasTable ? 1 : 0, iova);
        kernel.log()
                .line(hasTable ? BOGUS_PTE : BOGUS_PGD, mirror.iommu().require().device(), entry, iova);
        return 0;
    }

    // ---- for those who look

    /** What the driver has noted for a device: the domain of its first IOMMU. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return OmapArchData.of(device).flatMap(data -> data.first().domain().get());
    }

    /** The IOMMUs that walk a domain's tables. */
    static List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof OmapDomain omap
                ? omap.mirrors().toList().stream()
                        .flatMap(mirror -> mirror.iommu().get().stream())
                        .map(OmapIommu::device)
                        .toList()
                : List.of();
    }
}
