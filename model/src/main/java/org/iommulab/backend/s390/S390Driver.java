package org.iommulab.backend.s390;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of s390-iommu at every level that the lab knows (drivers/iommu/s390-iommu.c, v6.1 to v6.12). */
final class S390Driver extends SimObject {
    static final String NAME = "s390";
    private static final String FILE = "drivers/iommu/s390-iommu.c";
    private static final String UPDATE_ENTRY = "dma_update_cpu_trans";
    private static final Term GENERIC_GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC =
            Term.of("s390_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("s390_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("s390_domain_free", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("s390_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term BLOCKING = Term.reference("blocking_domain");
    private static final Term BLOCKING_ATTACH = named("blocking_domain_attach_device");

    private final Site site;
    private final Kernel kernel;
    private final Zdevs zdevs;
    private final ZpciDma platform;
    private final Map<S390Warnings.Function, WarnOnce> warnings;
    private final LongCell domains;
    private final DriverOps ops;
    private final Optional<StaticDomain> blocking;
    private final S390Attaching attaching;
    private final S390Mapping mapping;

    S390Driver(Site site, Zdevs zdevs) {
        super(site.kernel().machine());
        this.site = site;
        this.kernel = site.kernel();
        this.zdevs = zdevs;
        this.warnings = new EnumMap<>(S390Warnings.Function.class);
        String file = kernel.since(Version.V6_7) ? FILE : "arch/s390/pci/pci_dma.c";
        for (S390Warnings.Function function : S390Warnings.Function.values()) {
            warnings.put(function, new WarnOnce(kernel, Term.function(UPDATE_ENTRY, file)));
        }
        this.platform = new ZpciDma(site, zdevs, warningsAbout(this));
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        this.mapping = new S390Mapping(kernel);
        this.ops = new DriverOps(kernel, this::table);
        this.blocking = kernel.since(Version.V6_12) ? Optional.of(makeBlockingDomain()) : Optional.empty();
        this.attaching = new S390Attaching(kernel, platform, blocking);
    }

    private StaticDomain makeBlockingDomain() {
        return ops.makeStatic(
                "blocking_domain", DomainType.BLOCKED, "blocking_domain.ops", BLOCKING_ATTACH, (domain, device) -> {
                    attaching().leaveInner(zdev(device));
                    return 0;
                });
    }

    private static Term named(String function) {
        return Term.function(function, FILE);
    }

    /** The WARN_ON_ONCEs of an entry that is valid, or invalid, already; all tables of a boot share them. */
    private S390Warnings warningsAbout(SimObject owner) {
        return function ->
                Optional.ofNullable(warnings.get(function)).orElseThrow().fire(owner);
    }

    @Override
    public String label() {
        return NAME;
    }

    DriverOps ops() {
        return ops;
    }

    Zdevs zdevs() {
        return zdevs;
    }

    ZpciDma platform() {
        return platform;
    }

    private S390Attaching attaching() {
        return attaching;
    }

    private Zdev zdev(Device device) {
        return zdevs.of(device).orElseThrow();
    }

    private boolean single() {
        return !kernel.since(Version.V6_2);
    }

    // ---- tables

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "s390_iommu_ops")
                .withPageSizes()
                .with(Callback.CAPABLE, named("s390_iommu_capable"), (OpsTable.Capable) this::capable)
                .with(Callback.PROBE_DEVICE, named("s390_iommu_probe_device"), (OpsTable.ProbeDevice) this::probe)
                .with(Callback.DEVICE_GROUP, GENERIC_GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().newGroup())
                .with(Callback.ATTACH_DEV, named("s390_iommu_attach_device"), (OpsTable.AttachDev)
                        (domain, device) -> attaching().attach((S390Domain) domain, zdev(device)))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) S390Mapping::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (single()) {
            table.with(Callback.MAP, named("s390_iommu_map"), (OpsTable.MapOne) mapping::map)
                    .with(Callback.UNMAP, named("s390_iommu_unmap"), (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> mapping.unmap(domain, iova, size));
        } else {
            withPages(table);
        }
        if (kernel.since(Version.V6_7)) {
            withDmaIommu(table);
        } else {
            withPlatformDma(table);
        }
        if (!kernel.since(Version.V6_12)) {
            table.with(Callback.RELEASE_DEVICE, named("s390_iommu_release_device"), (OpsTable.OnDevice)
                    device -> attaching().leave(zdev(device)));
        }
        return table.build();
    }

    private void withPages(OpsTable.Builder table) {
        OpsTable.Body syncMap = kernel.since(Version.V6_7)
                ? (OpsTable.IotlbSyncMapOrErrno) S390Mapping::syncMapOrErrno
                : (OpsTable.IotlbSyncMap) S390Mapping::syncMap;
        table.with(Callback.MAP_PAGES, named("s390_iommu_map_pages"), (OpsTable.MapPages) mapping::mapPages)
                .with(Callback.UNMAP_PAGES, named("s390_iommu_unmap_pages"), (OpsTable.UnmapPages) mapping::unmapPages)
                .with(Callback.FLUSH_IOTLB_ALL, named("s390_iommu_flush_iotlb_all"), (OpsTable.OnDomain)
                        S390Mapping::flushAll)
                .with(Callback.IOTLB_SYNC, named("s390_iommu_iotlb_sync"), (OpsTable.IotlbSync) S390Mapping::sync)
                .with(Callback.IOTLB_SYNC_MAP, named("s390_iommu_iotlb_sync_map"), syncMap)
                .with(Callback.GET_RESV_REGIONS, named("s390_iommu_get_resv_regions"), (OpsTable.GetResvRegions)
                        this::reservedRegions);
    }

    // up to v6.6: no default domain; arch/s390 has DMA operations of its own
    private void withPlatformDma(OpsTable.Builder table) {
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc)
                type -> type == DomainType.UNMANAGED ? Optional.of(newDomain()) : Optional.empty());
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, named("s390_iommu_set_platform_dma"), (OpsTable.OnDevice)
                    device -> attaching().setPlatform(zdev(device)));
        } else {
            table.with(Callback.DETACH_DEV, named("s390_iommu_detach_device"), (OpsTable.DetachDev)
                    (domain, device) -> attaching().detach(domain, zdev(device)));
        }
    }

    private void withDmaIommu(OpsTable.Builder table) {
        table.with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                device -> Optional.of(newDomain()));
        if (!kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            table.with(Callback.PROBE_FINALIZE, named("s390_iommu_probe_finalize"), (OpsTable.OnDevice)
                    device -> site.dma().setUpIommuDma(device));
        }
        if (kernel.since(Version.V6_12)) {
            table.with(Callback.BLOCKED_DOMAIN, BLOCKING, (OpsTable.DomainPointer) () -> blocking.orElseThrow())
                    .with(Callback.RELEASE_DOMAIN, BLOCKING, (OpsTable.DomainPointer) () -> blocking.orElseThrow());
        }
    }

    // ---- callbacks

    private boolean capable(Device device, OpsTable.Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY, INTR_REMAP -> true;
            case ENFORCE_CACHE_COHERENCY -> false;
            case DEFERRED_FLUSH ->
                kernel.since(Version.V6_7) && !zdev(device).properties().isIsm();
        };
    }

    private OpsTable.Probed probe(Device device) {
        Optional<Zdev> found = zdevs.of(device);
        if (found.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        Zdev zdev = found.get();
        if (!single()) {
            if (zdev.start() > zdev.end() || zdev.start() >= S390Format.REACH) {
                return OpsTable.Probed.failed(Errno.EINVAL.negative());
            }
            zdev.clip();
        }
        attaching().begin(zdev);
        return OpsTable.Probed.ok(instanceOf(zdev));
    }

    private IommuDevice instanceOf(Zdev zdev) {
        String name = instanceName(zdev);
        return site.core().probing().instances().toList().stream()
                .filter(instance -> instance.label().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** iommu_device_sysfs_add names it so. */
    static String instanceName(Zdev zdev) {
        return "s390-iommu.%08x".formatted(zdev.properties().fid());
    }

    private IommuDomain newDomain() {
        domains.setQuietly(domains.get() + 1);
        var domain = new S390Domain(site, (int) domains.get(), warningsAbout(this));
        if (!single()) {
            domain.setAperture(0, S390Format.REACH - 1);
        }
        return domain;
    }

    /** s390_domain_free; that it waits for readers of the list first (call_rcu, v6.2) is not modelled. */
    private void free(IommuDomain freed) {
        var domain = (S390Domain) freed;
        if (!domain.devices().isEmpty()) {
            kernel.log().warnOn(DOMAIN_FREE, domain);
        }
        domain.table().free();
    }

    /** What is not in the function's window. */
    private List<ResvRegion> reservedRegions(Device device) {
        Zdev zdev = zdev(device);
        var regions = new ArrayList<ResvRegion>();
        if (zdev.start() != 0) {
            regions.add(new ResvRegion(0, zdev.start(), 0, ResvRegion.Type.RESERVED));
        }
        if (zdev.end() < S390Format.REACH - 1) {
            long length = S390Format.REACH - zdev.end() - 1;
            regions.add(new ResvRegion(zdev.end() + 1, length, 0, ResvRegion.Type.RESERVED));
        }
        return regions;
    }
}
