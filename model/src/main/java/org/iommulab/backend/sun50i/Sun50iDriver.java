package org.iommulab.backend.sun50i;

import java.util.Optional;
import java.util.function.Function;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of sun50i-iommu (drivers/iommu/sun50i-iommu.c, v6.1 to v6.12). There never was a set_platform_dma_ops
 * nor a release_device. The number of a master is not looked at: all of them are treated alike.
 */
final class Sun50iDriver {
    static final String NAME = "sun50i-iommu";
    static final String FILE = "drivers/iommu/sun50i-iommu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("sun50i_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("sun50i_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("sun50i_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("sun50i_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("sun50i_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("sun50i_iommu_probe_device", FILE);
    private static final Term OWN_GROUP =
            Term.of("sun50i_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term SINGLE_GROUP =
            Term.of("generic_single_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("sun50i_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("sun50i_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("sun50i_iommu_detach_device", FILE);
    private static final Term MAP = Term.of("sun50i_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("sun50i_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FLUSH_ALL = Term.function("sun50i_iommu_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("sun50i_iommu_iotlb_sync", FILE);
    private static final Term SYNC_MAP =
            Term.of("sun50i_iommu_iotlb_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    private static final Term IOVA_TO_PHYS =
            Term.of("sun50i_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);

    private final Kernel kernel;
    private final Site site;
    private final Function<Device, Sun50iIommu> units;
    private final DriverOps ops;
    private final Optional<StaticDomain> identity;
    private final Sun50iAttach attaching;
    private final Sun50iMapping mapping;
    private final LongCell domains;

    /** @param units the driver's data for an IOMMU */
    Sun50iDriver(Site site, Function<Device, Sun50iIommu> units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.ops = new DriverOps(kernel, this::table);
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
        this.attaching = new Sun50iAttach(kernel, identity.map(domain -> domain));
        this.mapping = new Sun50iMapping(kernel, ops);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "sun50i_iommu_identity_domain",
                DomainType.IDENTITY,
                "sun50i_iommu_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> {
                    attaching.attachIdentity(iommuOf(device).orElseThrow());
                    return 0;
                });
    }

    DriverOps ops() {
        return ops;
    }

    /** Where the hardware is before the first attach, from v6.7 on. */
    Optional<StaticDomain> identity() {
        return identity;
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "sun50i_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) Sun50iDriver::probeDevice)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> ofXlate(device, iommu))
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) domain -> mapping.flushAll(domain))
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (domain, gather) -> mapping.flushAll(domain))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((Sun50iDomain) domain).lookUp(iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain)
                        domain -> ((Sun50iDomain) domain).table().freeDirectory());
        if (kernel.since(Version.V6_2)) {
            table.with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap)
                    (domain, iova, size) -> mapping.syncMap(domain, iova, size));
        }
        return kernel.since(Version.V6_7) ? withStaticDomain(table) : withDomainAlloc(table);
    }

    private OpsTable withDomainAlloc(OpsTable.Builder table) {
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.DEVICE_GROUP, OWN_GROUP, (OpsTable.DeviceGroup)
                        device -> iommuOf(device).orElseThrow().group().require())
                .with(Callback.MAP, MAP, (OpsTable.MapOne)
                        (domain, iova, physical, size, prot) -> mapping.map(domain, iova, physical, prot))
                .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                        (domain, iova, size, gather) -> mapping.unmap(domain, iova));
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev)
                    (domain, device) -> iommuOf(device).ifPresent(iommu -> attaching.detach(iommu, domain)));
        }
        return table.build();
    }

    // v6.7: the count of map_pages and unmap_pages is not looked at, one page a call
    private OpsTable withStaticDomain(OpsTable.Builder table) {
        return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                        () -> identity.orElseThrow())
                .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                        device -> Optional.of(newDomain()))
                .with(Callback.DEVICE_GROUP, SINGLE_GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().singleDeviceGroup(device))
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, pageSize, count, prot) -> {
                    long error = mapping.map(domain, iova, physical, prot);
                    return new OpsTable.Mapped(error, error == 0 ? pageSize : 0);
                })
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                        (domain, iova, pageSize, count, gather) -> mapping.unmap(domain, iova))
                .build();
    }

    private static Optional<Sun50iIommu> iommuOf(Device device) {
        return DevIommu.privOf(device, Sun50iIommu.class);
    }

    /** sun50i_iommu_domain_alloc: v6.1 gives its usual empty table as an identity domain, too. */
    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(newDomain());
            case IDENTITY -> kernel.since(Version.V6_2) ? Optional.empty() : Optional.of(newDomain());
            case BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    private IommuDomain newDomain() {
        return new Sun50iDomain(site, (int) domains.add(1));
    }

    private long ofXlate(Device device, IommuDevice iommu) {
        DevIommu.find(device).orElseThrow().priv().set(units.apply(iommu.device()));
        return 0;
    }

    private static OpsTable.Probed probeDevice(Device device) {
        return iommuOf(device)
                .map(iommu -> OpsTable.Probed.ok(iommu.instance()))
                .orElseGet(() -> OpsTable.Probed.failed(Errno.ENODEV.negative()));
    }

    private long attach(IommuDomain domain, Device device) {
        Optional<Sun50iIommu> iommu = iommuOf(device);
        if (iommu.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        attaching.attach(iommu.get(), (Sun50iDomain) domain, device);
        return 0;
    }

    // ---- for those who look

    /** The domain that the driver has noted for all masters. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return iommuOf(device).flatMap(iommu -> iommu.domain().get());
    }
}
