package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.Domains;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.core.StaticDomain;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of the AMD IOMMU driver (drivers/iommu/amd/iommu.c, v6.1 to v6.12). */
final class AmdDriver {
    static final String NAME = "amd";
    private static final String FILE = "drivers/iommu/amd/iommu.c";
    private static final long LAST_OF_FOUR_GUEST_LEVELS = (1L << 48) - 1;
    private static final Term CAPABLE =
            Term.of("amd_iommu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    private static final Term DOMAIN_ALLOC =
            Term.of("amd_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term ALLOC_USER =
            Term.of("amd_iommu_domain_alloc_user", FILE, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    private static final Term REMOVE_PASID = Term.function("amd_iommu_remove_dev_pasid", FILE);
    private static final Term PAGE_RESPONSE = Term.function("amd_iommu_page_response", FILE);
    private static final Term ENABLE_FEATURE = Term.function("amd_iommu_dev_enable_feature", FILE);
    private static final Term DISABLE_FEATURE = Term.function("amd_iommu_dev_disable_feature", FILE);
    private static final Term DOMAIN_FREE = Term.function("amd_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("amd_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("amd_iommu_release_device", FILE);
    private static final Term FINALIZE = Term.function("amd_iommu_probe_finalize", FILE);
    private static final Term GROUP =
            Term.of("amd_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term RESV_REGIONS =
            Term.of("amd_iommu_get_resv_regions", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term DEFERRED =
            Term.of("amd_iommu_is_attach_deferred", FILE, Operand.NONE, Operand.NONE, Operand.YES_NO);
    private static final Term DEF_DOMAIN_TYPE =
            Term.of("amd_iommu_def_domain_type", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term ATTACH = Term.function("amd_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("amd_iommu_detach_device", FILE);
    private static final Term MAP = Term.of("amd_iommu_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("amd_iommu_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC_MAP =
            Term.of("amd_iommu_iotlb_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    private static final Term SYNC = Term.function("amd_iommu_iotlb_sync", FILE);
    private static final Term FLUSH_ALL = Term.function("amd_iommu_flush_iotlb_all", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("amd_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term ENFORCE =
            Term.of("amd_iommu_enforce_cache_coherency", FILE, Operand.NONE, Operand.NONE, Operand.YES_NO);
    private static final Term BLOCKED_DOMAIN = Term.reference("blocked_domain");
    private static final Term BLOCKED_ATTACH = Term.function("blocked_domain_attach_device", FILE);

    private final Kernel kernel;
    private final Site site;
    private final AmdSegment segment;
    private final AmdReserved reserved;
    private final AmdOptions options;
    private final AmdFlush flush;
    private final AmdDomainIds ids;
    private final AmdGuestTables guests;
    private final AmdAttach attaching;
    private final DriverOps ops;
    private final Optional<StaticDomain> blocked;
    private final List<IommuDevice> instances = new ArrayList<>();
    private final LongCell domains;

    AmdDriver(Site site, AmdSegment segment, AmdReserved reserved, AmdOptions options) {
        this.kernel = site.kernel();
        this.site = site;
        this.segment = segment;
        this.reserved = reserved;
        this.options = options;
        var entries = new AmdEntries(segment);
        this.flush = new AmdFlush(site, segment, entries);
        this.ops = new DriverOps(kernel, this::table);
        this.ids = new AmdDomainIds(ops);
        this.guests = new AmdGuestTables(site, ids, flush);
        this.attaching = new AmdAttach(site, segment, entries, flush, guests);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.blocked = kernel.since(Version.V6_12) ? Optional.of(makeBlockedDomain()) : Optional.empty();
        // registered without a firmware node: devices on PCI name no IOMMU
        segment.iommus().forEach(i -> instances.add(IommuDevice.withoutFirmwareNode(i.device(), ops)));
    }

    private StaticDomain makeBlockedDomain() {
        return ops.makeStatic(
                "blocked_domain",
                DomainType.BLOCKED,
                "blocked_domain.ops",
                BLOCKED_ATTACH,
                (domain, device) -> block(device));
    }

    AmdDomainIds ids() {
        return ids;
    }

    DriverOps ops() {
        return ops;
    }

    IommuDevice instanceOf(AmdInstance iommu) {
        return instances.get(iommu.index());
    }

    /** The table as the kernel's source has it. It never had set_platform_dma_ops: every device has a default domain. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "amd_iommu_ops")
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable) (device, capability) -> isCapable(capability))
                .with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup) this::deviceGroup)
                .with(Callback.GET_RESV_REGIONS, RESV_REGIONS, (OpsTable.GetResvRegions) this::reservedRegions)
                .with(Callback.IS_ATTACH_DEFERRED, DEFERRED, (OpsTable.IsAttachDeferred)
                        device -> data(device).deferAttach().get())
                .with(Callback.DEF_DOMAIN_TYPE, DEF_DOMAIN_TYPE, (OpsTable.DefDomainType) this::defDomainType)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) this::unmap)
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap) this::syncMap)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) this::sync)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) this::flushAll)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                // the FC bit of every page entry, which the driver sets always: there is nothing to do
                .with(Callback.ENFORCE_CACHE_COHERENCY, ENFORCE, (OpsTable.EnforceCacheCoherency) domain -> true)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) (domain, device) -> detach(device));
        }
        if (!kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            table.with(Callback.PROBE_FINALIZE, FINALIZE, (OpsTable.OnDevice) this::probeFinalize);
        }
        if (!kernel.since(Version.V6_12)) {
            table.withPageSizes();
        } else {
            table.with(Callback.DOMAIN_ALLOC_USER, ALLOC_USER, (OpsTable.DomainAllocUser) this::allocForUser);
            table.with(Callback.BLOCKED_DOMAIN, BLOCKED_DOMAIN, (OpsTable.DomainPointer) () -> blocked.orElseThrow());
            // both were always on for a device that has them
            table.with(Callback.DEV_ENABLE_FEAT, ENABLE_FEATURE, (OpsTable.DevFeature) (device, feature) -> 0);
            table.with(Callback.DEV_DISABLE_FEAT, DISABLE_FEATURE, (OpsTable.DevFeature) (device, feature) -> 0);
            table.withUnbuilt(Callback.REMOVE_DEV_PASID, REMOVE_PASID);
            table.withUnbuilt(Callback.PAGE_RESPONSE, PAGE_RESPONSE);
        }
        return table.build();
    }

    private boolean isCapable(OpsTable.Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY, ENFORCE_CACHE_COHERENCY -> true;
            case INTR_REMAP -> site.core().msi().isRemapped();
            case DEFERRED_FLUSH -> kernel.has(Behaviour.FLUSH_QUEUE_IS_A_CAPABILITY);
        };
    }

    private List<ResvRegion> reservedRegions(Device device) {
        return segment.iommuOf(device).isEmpty()
                ? List.of()
                : reserved.of(segment.idOf(device).orElseThrow());
    }

    // IDENTITY for devices with PASID (up to 6.4 with ATS and PRI as well); none of the lab's has it
    private Optional<DomainType> defDomainType(Device device) {
        return PciFunction.isUntrusted(device) && kernel.since(Version.V6_12)
                ? Optional.of(DomainType.DMA)
                : Optional.empty();
    }

    private static AmdDevData data(Device device) {
        return AmdDevData.of(device).orElseThrow();
    }

    // ---- domains

    /** protection_domain_alloc. Up to 6.3 an unknown type, BLOCKED too, gets what the DMA API gets (29f54745f245). */
    private Optional<IommuDomain> domainAlloc(DomainType type) {
        AmdDomain.Kind ofDma = options.guestTables() ? AmdDomain.Kind.GUEST : AmdDomain.Kind.HOST;
        return switch (type) {
            case IDENTITY -> Optional.of(make(AmdDomain.Kind.IDENTITY));
            case UNMANAGED -> Optional.of(make(AmdDomain.Kind.HOST));
            case DMA, DMA_FQ -> Optional.of(make(ofDma));
            case BLOCKED, PLATFORM, SVA, NESTED ->
                kernel.since(Version.V6_4) ? Optional.empty() : Optional.of(make(ofDma));
        };
    }

    /** amd_iommu_domain_alloc_user: of dirty tracking, its only flag, the lab knows nothing. */
    private Domains.Made allocForUser(
            Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table) {
        return flags != 0 || parent.isPresent() || table.isPresent()
                ? new Domains.Made(Errno.EOPNOTSUPP.negative(), Optional.empty())
                : new Domains.Made(0, Optional.of(make(AmdDomain.Kind.HOST)));
    }

    private AmdDomain make(AmdDomain.Kind kind) {
        long last = options.guestTables() ? LAST_OF_FOUR_GUEST_LEVELS : -1;
        int number = (int) domains.add(1);
        var domain = new AmdDomain(
                site,
                flush,
                kind,
                number,
                ids.allocate(),
                last,
                segment.iommus().size());
        if (kind == AmdDomain.Kind.GUEST && !kernel.since(Version.V6_12)) {
            guests.allocateFor(domain);
        }
        return domain;
    }

    /** amd_iommu_domain_free: devices that are still attached are taken off first (cleanup_domain). */
    private void free(IommuDomain freed) {
        var domain = (AmdDomain) freed;
        if (!domain.devices().isEmpty()) {
            domain.lock().with(() -> domain.devices().toList().forEach(attaching::doDetach));
        }
        guests.freeOf(domain);
        domain.table().ifPresent(Translation::free);
        ids.free(domain.domainId());
    }

    // ---- devices

    private OpsTable.Probed probeDevice(Device device) {
        Optional<AmdInstance> iommu =
                segment.iommuOf(device).filter(i -> i.registered().get());
        if (iommu.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        if (AmdDevData.of(device).isEmpty()) {
            AmdDevData data = segment.dataFor(device);
            segment.cloneAliases(device);
            DevIommu.find(device).orElseThrow().priv().set(data);
            iommu.get().commands().completionWait();
        }
        return OpsTable.Probed.ok(instanceOf(iommu.get()));
    }

    private void probeFinalize(Device device) {
        device.dmaOps().setNull();
        site.dma().setUpIommuDma(device);
    }

    /** amd_iommu_release_device: the entry refuses everything until another device attaches under this id. */
    private void releaseDevice(Device device) {
        segment.iommuOf(device).ifPresent(iommu -> {
            AmdDevData.of(device).filter(data -> !data.domain().isNull()).ifPresent(attaching::detach);
            iommu.commands().completionWait();
        });
    }

    /** amd_iommu_device_group: ACPI devices with the same requester id share one (acpihid_device_group). */
    private Group deviceGroup(Device device) {
        if (device.pci().isPresent()) {
            return site.core().probing().pciDeviceGroup(device, site.bus().pci());
        }
        return site.bus().devices().toList().stream()
                .filter(other -> other.pci().isEmpty() && segment.idOf(other).equals(segment.idOf(device)))
                .flatMap(other -> Group.of(other).stream())
                .findFirst()
                .orElseGet(() -> site.core().probing().genericDeviceGroup(device));
    }

    private long attach(IommuDomain attached, Device device) {
        var domain = (AmdDomain) attached;
        Optional<AmdInstance> iommu = segment.iommuOf(device);
        if (iommu.isEmpty()) {
            return Errno.EINVAL.negative();
        }
        AmdDevData data = data(device);
        if (kernel.since(Version.V6_3) && data.domain().is(domain)) {
            return 0; // f451c7a5a3b8
        }
        data.deferAttach().set(false);
        if (!data.domain().isNull()) {
            attaching.detach(data);
        }
        attaching.attach(domain, data);
        iommu.get().commands().completionWait();
        return 0;
    }

    /** amd_iommu_detach_device. The core never comes here: a device that has a default domain is attached to that. */
    private void detach(Device device) {
        AmdDevData data = data(device);
        if (!data.domain().isNull()) {
            attaching.detach(data);
        }
        segment.iommuOf(device).ifPresent(iommu -> iommu.commands().completionWait());
    }

    /** blocked_domain_attach_device: the entry is cleared a second time, whatever it was before. */
    private long block(Device device) {
        AmdDevData data = data(device);
        if (!data.domain().isNull()) {
            attaching.detach(data);
        }
        attaching.block(data);
        return 0;
    }

    // ---- mappings

    private OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        Optional<Translation> table = ((AmdDomain) mapped).table();
        if (table.isEmpty()) {
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        long result = table.get().map(iova, physical, pageSize, count, prot);
        return new OpsTable.Mapped(-Translation.errno(result), Translation.mappedBytes(result));
    }

    private long unmap(IommuDomain unmapped, long iova, long pageSize, long count, IotlbGather gather) {
        long bytes = ((AmdDomain) unmapped)
                .table()
                .map(table -> table.unmap(iova, pageSize, count))
                .orElse(0L);
        if (bytes != 0) {
            gather.add(iova, bytes);
        }
        return bytes;
    }

    // domain_flush_np_cache: only where a unit keeps entries that are not present
    private void syncMap(IommuDomain mapped, long iova, long size) {
        var domain = (AmdDomain) mapped;
        if (segment.iommus().stream().anyMatch(iommu -> iommu.wired().keepsAbsence())) {
            domain.lock().with(() -> {
                flush.range(domain, iova, size);
                flush.complete(domain);
            });
        }
    }

    private void sync(IommuDomain synced, IotlbGather gather) {
        var domain = (AmdDomain) synced;
        domain.lock().with(() -> {
            flush.range(domain, gather.start(), gather.end() - gather.start() + 1);
            flush.complete(domain);
        });
    }

    private void flushAll(IommuDomain flushed) {
        var domain = (AmdDomain) flushed;
        domain.lock().with(() -> {
            flush.all(domain);
            flush.complete(domain);
        });
    }

    private long iovaToPhys(IommuDomain asked, long iova) {
        return ((AmdDomain) asked).lookUp(iova);
    }

    // ---- for those who look

    /** What the driver has noted for a device. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return AmdDevData.of(device).flatMap(data -> data.domain().get());
    }

    /** The units behind which a domain's devices are. */
    List<Device> unitsOf(IommuDomain domain) {
        return domain instanceof AmdDomain amd
                ? segment.iommus().stream()
                        .filter(iommu -> amd.behind(iommu).isSet())
                        .map(AmdInstance::device)
                        .toList()
                : List.of();
    }
}
