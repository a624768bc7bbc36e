package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.Domains;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.OpsTable.Capability;
import org.iommulab.core.StaticDomain;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;

/** The callbacks of the Intel IOMMU driver (drivers/iommu/intel/iommu.c, v6.1 to v6.12). */
final class VtdDriver {
    static final String NAME = "intel";
    private static final Term RMRR_LOCKED =
            LogText.of("<4>DMAR: Device is ineligible for IOMMU domain attach due to platform RMRR requirement. "
                    + " Contact your platform vendor.");

    private final Kernel kernel;
    private final Site site;
    private final VtdScopes scopes;
    private final VtdReserved reserved;
    private final VtdOptions options;
    private final VtdFlush flush;
    private final VtdPasids pasids;
    private final VtdAttach attaching;
    private final VtdNesting nesting;
    private final VtdMapping mapping;
    private final DriverOps ops;
    private final Optional<StaticDomain> blocking;
    private final Optional<StaticDomain> identity;
    private final RefCell<VtdDomain> siDomain;
    private final List<IommuDevice> instances = new ArrayList<>();
    private final LongCell domains;

    VtdDriver(Site site, VtdScopes scopes, VtdReserved reserved, VtdOptions options) {
        this.kernel = site.kernel();
        this.site = site;
        this.scopes = scopes;
        this.reserved = reserved;
        this.options = options;
        this.flush = new VtdFlush(site);
        this.pasids = new VtdPasids(site, flush);
        this.attaching = new VtdAttach(site, flush, pasids);
        this.nesting = new VtdNesting(site, scopes.iommus(), flush, attaching);
        this.mapping = new VtdMapping(site, flush);
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.siDomain = new RefCell<>(ops, Lane.DRIVER, Term.reference("si_domain"), VtdDomain.class);
        this.blocking = kernel.since(Version.V6_2) ? Optional.of(makeBlocking()) : Optional.empty();
        this.identity = kernel.since(Version.V6_12) ? Optional.of(makeIdentity()) : Optional.empty();
        // registered without a firmware node: devices on PCI name no IOMMU
        scopes.iommus().forEach(iommu -> instances.add(IommuDevice.withoutFirmwareNode(iommu.device(), ops)));
    }

    /** Up to 6.6 it has a free callback, too, which leaves it alone: the core calls that without a test. */
    private StaticDomain makeBlocking() {
        var own = OpsTable.named(NAME, "blocking_domain.ops")
                .with(Callback.ATTACH_DEV, VtdTerms.BLOCKING_ATTACH, (OpsTable.AttachDev) (domain, device) -> {
                    attaching.block(VtdDevice.of(device));
                    return 0;
                });
        if (!kernel.has(Behaviour.STATIC_DOMAINS)) {
            own.with(Callback.FREE, VtdTerms.DOMAIN_FREE, (OpsTable.OnDomain) domain -> {});
        }
        return new StaticDomain(
                kernel.machine(), "blocking_domain", DomainType.BLOCKED, ops.ofStaticDomain(own.build()));
    }

    private StaticDomain makeIdentity() {
        return ops.makeStatic(
                "identity_domain",
                DomainType.IDENTITY,
                "identity_domain.ops",
                VtdTerms.IDENTITY_ATTACH,
                (domain, device) -> attaching.passThrough(VtdDevice.of(device)));
    }

    DriverOps ops() {
        return ops;
    }

    VtdFlush flush() {
        return flush;
    }

    IommuDevice instanceOf(VtdInstance iommu) {
        return instances.get(iommu.index());
    }

    /** The table as the kernel's source has it. It never had set_platform_dma_ops: every device has a default domain. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "intel_iommu_ops")
                .withPageSizes()
                .with(Callback.CAPABLE, VtdTerms.CAPABLE, (OpsTable.Capable) this::isCapable)
                .with(Callback.DOMAIN_ALLOC, VtdTerms.DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.PROBE_DEVICE, VtdTerms.PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, VtdTerms.RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, VtdTerms.GROUP, (OpsTable.DeviceGroup) this::deviceGroup)
                .with(Callback.GET_RESV_REGIONS, VtdTerms.RESV_REGIONS, (OpsTable.GetResvRegions) reserved::of)
                .with(Callback.IS_ATTACH_DEFERRED, VtdTerms.DEFERRED, (OpsTable.IsAttachDeferred)
                        device -> isDeferred(VtdDevice.of(device)))
                .with(Callback.DEF_DOMAIN_TYPE, VtdTerms.DEF_DOMAIN_TYPE, (OpsTable.DefDomainType) this::defDomainType)
                .with(Callback.ATTACH_DEV, VtdTerms.ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.MAP_PAGES, VtdTerms.MAP, (OpsTable.MapPages) (domain, iova, pa, size, count, prot) ->
                        mapping.map((VtdDomain) domain, iova, pa, size, count, prot))
                .with(Callback.UNMAP_PAGES, VtdTerms.UNMAP, (OpsTable.UnmapPages) (domain, iova, size, count, gather) ->
                        mapping.unmap((VtdDomain) domain, iova, size * count, gather))
                .with(Callback.IOTLB_SYNC_MAP, VtdTerms.SYNC_MAP, (OpsTable.IotlbSyncMap)
                        (domain, iova, size) -> mapping.syncMap((VtdDomain) domain, iova, size))
                .with(Callback.IOTLB_SYNC, VtdTerms.SYNC, (OpsTable.IotlbSync)
                        (domain, gather) -> mapping.sync((VtdDomain) domain, gather))
                .with(Callback.FLUSH_IOTLB_ALL, VtdTerms.FLUSH_ALL, (OpsTable.OnDomain)
                        domain -> flush.all((VtdDomain) domain))
                .with(Callback.IOVA_TO_PHYS, VtdTerms.IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((VtdDomain) domain).lookUp(iova))
                .with(Callback.ENFORCE_CACHE_COHERENCY, VtdTerms.ENFORCE, (OpsTable.EnforceCacheCoherency)
                        domain -> attaching.forceSnooping((VtdDomain) domain))
                .with(Callback.FREE, VtdTerms.DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (!kernel.since(Version.V6_2)) {
            table.with(Callback.DETACH_DEV, VtdTerms.DETACH, (OpsTable.DetachDev)
                    (domain, device) -> attaching.remove(VtdDevice.of(device)));
        }
        if (!kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            table.with(Callback.PROBE_FINALIZE, VtdTerms.FINALIZE, (OpsTable.OnDevice) this::probeFinalize);
        }
        if (kernel.has(Behaviour.STATIC_DOMAINS)) {
            table.with(Callback.BLOCKED_DOMAIN, VtdTerms.BLOCKING_DOMAIN, (OpsTable.DomainPointer)
                    () -> blocking.orElseThrow());
        }
        if (kernel.since(Version.V6_12)) {
            table.with(Callback.DOMAIN_ALLOC_USER, VtdTerms.ALLOC_USER, (OpsTable.DomainAllocUser) this::allocForUser)
                    .with(Callback.SET_DEV_PASID, VtdTerms.SET_PASID, (OpsTable.SetDevPasid) (domain, device, pasid) ->
                            attaching.setPasid((VtdDomain) domain, VtdDevice.of(device), pasid))
                    .with(Callback.REMOVE_DEV_PASID, VtdTerms.REMOVE_PASID, (OpsTable.RemoveDevPasid)
                            (device, pasid, domain) ->
                                    attaching.removePasid((VtdDomain) domain, VtdDevice.of(device), pasid));
            table.with(Callback.HW_INFO, VtdTerms.HW_INFO, (OpsTable.HwInfo) VtdDriver::hardwareInfo)
                    .with(Callback.DEV_ENABLE_FEAT, VtdTerms.ENABLE_FEATURE, (OpsTable.DevFeature) this::enable)
                    .with(Callback.DEV_DISABLE_FEAT, VtdTerms.DISABLE_FEATURE, (OpsTable.DevFeature)
                            (device, feature) -> feature == OpsTable.Feature.SVA ? 0 : Errno.EINVAL.negative());
            table.with(Callback.IDENTITY_DOMAIN, VtdTerms.IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.RELEASE_DOMAIN, VtdTerms.BLOCKING_DOMAIN, (OpsTable.DomainPointer)
                            () -> blocking.orElseThrow());
        } else {
            table.withUnbuilt(Callback.DEV_ENABLE_FEAT, VtdTerms.ENABLE_FEATURE)
                    .withUnbuilt(Callback.DEV_DISABLE_FEAT, VtdTerms.DISABLE_FEATURE);
            if (kernel.since(Version.V6_2)) {
                table.withUnbuilt(Callback.REMOVE_DEV_PASID, VtdTerms.REMOVE_PASID);
            }
            if (kernel.since(Version.V6_7)) { // v6.6
                table.withUnbuilt(Callback.HW_INFO, VtdTerms.HW_INFO);
            }
        }
        return table.build();
    }

    /** intel_iommu_is_attach_deferred: as long as the crashed kernel's tables are good for it. */
    private static boolean isDeferred(VtdDevice info) {
        return info.iommu().preEnabled().get() && info.domain().isNull();
    }

    private boolean isCapable(Device device, Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY -> true;
            case ENFORCE_CACHE_COHERENCY ->
                kernel.since(Version.V6_2)
                        && VtdDevice.find(device)
                                .filter(data -> data.iommu().caps().snoopControl())
                                .isPresent();
            case INTR_REMAP -> site.core().msi().isRemapped();
            case DEFERRED_FLUSH -> kernel.has(Behaviour.FLUSH_QUEUE_IS_A_CAPABILITY);
        };
    }

    /** IOMMU_HW_INFO_TYPE_INTEL_VTD: flags (IOMMU_HW_INFO_VTD_ERRATA_772415_SPR17, always), CAP and ECAP. */
    private static OpsTable.HardwareInfo hardwareInfo(Device device) {
        VtdCaps caps = VtdDevice.of(device).iommu().caps();
        return new OpsTable.HardwareInfo(1, List.of(1L, caps.cap(), caps.ecap()));
    }

    /** Both need ATS, and faults PRI, which no device of the lab has. */
    private long enable(Device device, OpsTable.Feature feature) {
        boolean canShare =
                kernel.config("INTEL_IOMMU_SVM") && VtdDevice.of(device).iommu().takesPasids();
        return feature == OpsTable.Feature.SVA && canShare ? Errno.EINVAL.negative() : Errno.ENODEV.negative();
    }

    // ---- domains

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, DMA_FQ, UNMANAGED -> Optional.of(make(type, false));
            case IDENTITY -> siDomain.get().map(domain -> domain);
            case BLOCKED -> kernel.has(Behaviour.STATIC_DOMAINS) ? Optional.empty() : blocking.map(domain -> domain);
            case PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    private VtdDomain make(DomainType type, boolean identical) {
        int number = (int) domains.add(1);
        var use = new VtdDomain.Use(
                firstLevelByDefault(type), identical, options.largePages(), VtdDomain.MOST_LEVELS, false);
        return new VtdDomain(site, flush, scopes.iommus(), number, use);
    }

    /** intel_iommu_domain_alloc_user: second-level tables, as wide as the device's unit has them. */
    private Domains.Made allocForUser(
            Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table) {
        VtdInstance iommu = VtdDevice.of(device).iommu();
        if (parent.isPresent() && table.isPresent()) {
            return flags != 0 || !iommu.nests()
                    ? new Domains.Made(Errno.EOPNOTSUPP.negative(), Optional.empty())
                    : nesting.alloc(ops, parent.get(), table.get(), (int) domains.add(1));
        }
        boolean parentWanted = (flags & UserTable.NEST_PARENT) != 0;
        if ((flags & ~UserTable.NEST_PARENT) != 0 || parentWanted && !iommu.nests() || table.isPresent()) {
            return new Domains.Made(Errno.EOPNOTSUPP.negative(), Optional.empty());
        }
        var use = new VtdDomain.Use(false, false, options.largePages(), VtdCaps.levels(iommu.agaw()), parentWanted);
        var domain = new VtdDomain(site, flush, scopes.iommus(), (int) domains.add(1), use);
        domain.fit(iommu);
        return new Domains.Made(0, Optional.of(domain));
    }

    /** first_level_by_default: in scalable mode, what all units have; where they have both, users get second level. */
    boolean firstLevelByDefault(DomainType type) {
        List<VtdInstance> all = scopes.iommus();
        if (!all.stream().allMatch(VtdInstance::scalable)) {
            return false;
        }
        boolean first = all.stream().allMatch(iommu -> iommu.caps().firstLevel());
        boolean second = all.stream().allMatch(iommu -> iommu.caps().secondLevel());
        return first == second ? type != DomainType.UNMANAGED : first;
    }

    /** si_domain_init (up to 6.9): where a unit cannot pass addresses, all memory and all that firmware uses is mapped. */
    void makeIdentityDomain() {
        var domain = make(DomainType.IDENTITY, true);
        siDomain.set(domain);
        if (!scopes.iommus().stream().allMatch(iommu -> iommu.caps().passThrough())) {
            long first = site.memory().base();
            domain.table().identityMap(first, first + site.memory().size() - 1);
            for (VtdReserved.Rmrr rmrr : reserved.memory().reversed()) {
                domain.table().identityMap(rmrr.first(), rmrr.last());
            }
        }
    }

    private void free(IommuDomain freed) {
        if (!siDomain.is(freed)) {
            mapping.free((VtdDomain) freed);
        }
    }

    // ---- devices

    private OpsTable.Probed probeDevice(Device device) {
        Optional<VtdInstance> iommu =
                scopes.iommuOf(device).filter(i -> i.registered().get());
        if (iommu.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        var info = new VtdDevice(device, iommu.get(), scopes.sourceOf(device).orElseThrow());
        DevIommu.find(device).orElseThrow().priv().set(info);
        if (iommu.get().scalable()) {
            pasids.allocate(info);
            if (kernel.since(Version.V6_12)) {
                attaching.setUpScalable(info);
            }
        }
        return OpsTable.Probed.ok(instanceOf(iommu.get()));
    }

    private void probeFinalize(Device device) {
        device.dmaOps().setNull();
        site.dma().setUpIommuDma(device);
    }

    private void releaseDevice(Device device) {
        VtdDevice info = VtdDevice.of(device);
        if (!kernel.has(Behaviour.RELEASE_DOMAIN)) {
            attaching.remove(info);
        } else if (info.iommu().scalable()) {
            attaching.tearDownScalable(info);
        }
        pasids.free(info);
        device.dmaOps().setNull();
    }

    private Group deviceGroup(Device device) {
        return device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
    }

    /** device_def_domain_type: of its quirks for old chipsets the lab has none. */
    private Optional<DomainType> defDomainType(Device device) {
        boolean translates = kernel.since(Version.V6_12)
                && !VtdDevice.of(device).iommu().caps().passThrough();
        return translates ? Optional.of(DomainType.DMA) : Optional.empty();
    }

    /** Up to 6.5 a device that firmware uses refuses what a user maps; from then on the core asks instead. */
    private long attach(IommuDomain domain, Device device) {
        if (domain.type() == DomainType.UNMANAGED && !kernel.since(Version.V6_7) && reserved.locks(device)) {
            kernel.log().line(RMRR_LOCKED, device, 0, 0);
            return Errno.EPERM.negative();
        }
        return attaching.attach((VtdDomain) domain, VtdDevice.of(device));
    }

    // ---- for those who look

    /** What the driver has noted for a device. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return VtdDevice.find(device)
                .flatMap(info -> info.domain()
                        .get()
                        .<IommuDomain>map(domain -> domain)
                        .or(() -> info.nested().get()));
    }

    /** The units behind which a domain's devices are. */
    static List<Device> unitsOf(IommuDomain domain) {
        return switch (domain) {
            case VtdDomain own -> own.iommus().stream().map(VtdInstance::device).toList();
            case VtdNestedDomain own ->
                own.uses().iommus().stream().map(VtdInstance::device).toList();
            default -> List.of();
        };
    }
}
