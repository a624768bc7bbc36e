package org.iommulab.backend.armsmmu;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of the SMMUv2 driver (drivers/iommu/arm/arm-smmu/arm-smmu.c, v6.1 to v6.12). It never had detach_dev or
 * set_platform_dma_ops in the time of the series: there is no way back from a bank but another attach.
 */
final class ArmSmmuDriver extends SimObject {
    static final String NAME = "arm-smmu";
    private static final String FILE = "drivers/iommu/arm/arm-smmu/arm-smmu.c";
    private static final Term CAPABLE = Term.of("arm_smmu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    private static final Term DOMAIN_ALLOC =
            Term.of("arm_smmu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("arm_smmu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("arm_smmu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("arm_smmu_attach_dev_identity", FILE);
    private static final Term BLOCKED_DOMAIN = Term.reference("arm_smmu_blocked_domain");
    private static final Term BLOCKED_ATTACH = Term.function("arm_smmu_attach_dev_blocked", FILE);
    private static final Term DOMAIN_FREE = Term.function("arm_smmu_domain_free", FILE);
    private static final Term PROBE = Term.function("arm_smmu_probe_device", FILE);
    private static final Term RELEASE = Term.function("arm_smmu_release_device", FILE);
    private static final Term FINALIZE = Term.function("arm_smmu_probe_finalize", FILE);
    private static final Term GROUP =
            Term.of("arm_smmu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("arm_smmu_of_xlate", FILE);
    private static final Term RESV_REGIONS =
            Term.of("arm_smmu_get_resv_regions", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term DEF_DOMAIN_TYPE =
            Term.of("arm_smmu_def_domain_type", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term ATTACH = Term.function("arm_smmu_attach_dev", FILE);
    private static final Term MAP = Term.of("arm_smmu_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("arm_smmu_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term ENABLE_NESTING = Term.function("arm_smmu_enable_nesting", FILE);
    private static final Term FLUSH_ALL = Term.function("arm_smmu_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("arm_smmu_iotlb_sync", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("arm_smmu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term BAD_STREAM = LogText.of("<3>stream ID 0x%x out of range for SMMU (0x%x)");
    private static final Term BAD_MASK = LogText.of("<3>SMR mask 0x%x out of range for SMMU (0x%x)");
    private static final Term OTHER_SMMU =
            LogText.of("<3>cannot attach to SMMU %o whilst already attached to domain on SMMU %o");
    /** MSI_IOVA_BASE and MSI_IOVA_LENGTH. */
    private static final ResvRegion SOFTWARE_MSI =
            new ResvRegion(0x800_0000, 0x10_0000, Prot.WRITE | Prot.NOEXEC | Prot.MMIO, ResvRegion.Type.SW_MSI);

    private final Kernel kernel;
    private final Site site;
    private final ArmSmmuDevices devices;
    private final ArmSmmuStreams streams;
    private final ArmSmmuContexts contexts;
    private final DriverOps ops;
    private final Optional<StaticDomain> identity;
    private final Optional<StaticDomain> blocked;
    private final LongCell pageSizes;
    private final LongCell domains;

    /** Which SMMU an instance's device is. */
    interface ArmSmmuDevices {
        ArmSmmuDevice of(Device smmu);
    }

    ArmSmmuDriver(Site site, ArmSmmuDevices devices, ArmSmmuStreams streams, ArmSmmuFaults faults) {
        super(site.kernel().machine());
        this.kernel = site.kernel();
        this.site = site;
        this.devices = devices;
        this.streams = streams;
        this.contexts = new ArmSmmuContexts(site, faults);
        this.pageSizes = new LongCell(this, Lane.DRIVER, Term.hex("arm_smmu_ops.pgsize_bitmap"));
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        this.ops = new DriverOps(kernel, this::table);
        this.identity = hasStatics()
                ? Optional.of(ops.makeStatic(
                        "arm_smmu_identity_domain",
                        DomainType.IDENTITY,
                        "arm_smmu_identity_ops",
                        IDENTITY_ATTACH,
                        (domain, device) -> attachStatic(domain, device, ArmSmmuLayout.S2CR_BYPASS)))
                : Optional.empty();
        this.blocked = hasStatics()
                ? Optional.of(ops.makeStatic(
                        "arm_smmu_blocked_domain",
                        DomainType.BLOCKED,
                        "arm_smmu_blocked_ops",
                        BLOCKED_ATTACH,
                        (domain, device) -> attachStatic(domain, device, ArmSmmuLayout.S2CR_FAULT)))
                : Optional.empty();
    }

    @Override
    public String label() {
        return "arm-smmu driver";
    }

    DriverOps ops() {
        return ops;
    }

    /** Domains of types that need no table are static (v6.8). */
    private boolean hasStatics() {
        return kernel.since(Version.V6_12);
    }

    /** What arm_smmu_ops says before an attach knows better: the sizes of all SMMUs that were probed. */
    void addPageSizes(long sizes) {
        pageSizes.set(pageSizes.get() | sizes);
    }

    /** The table as the kernel's source has it at this level. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "arm_smmu_ops")
                .withPageSizes()
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable) this::isCapable)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice)
                        device -> ArmSmmuMaster.find(device).ifPresent(master -> streams.free(device, master)))
                // does something only where a vendor has hooked in
                .with(Callback.PROBE_FINALIZE, FINALIZE, (OpsTable.OnDevice) device -> {})
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroupOrErrno) streams::group)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.GET_RESV_REGIONS, RESV_REGIONS, (OpsTable.GetResvRegions)
                        device -> List.of(SOFTWARE_MSI))
                // IDENTITY where the device tree is of the old kind, or a vendor says so
                .with(Callback.DEF_DOMAIN_TYPE, DEF_DOMAIN_TYPE, (OpsTable.DefDomainType) device -> Optional.empty())
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev)
                        (domain, device) -> attach((ArmSmmuDomain) domain, device))
                .with(Callback.ENABLE_NESTING, ENABLE_NESTING, (OpsTable.EnableNesting)
                        domain -> ((ArmSmmuDomain) domain).enableNesting())
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) ArmSmmuDriver::map)
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) ArmSmmuDriver::unmap)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) ArmSmmuDriver::flushAll)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (domain, gather) -> sync(domain))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((ArmSmmuDomain) domain).lookUp(iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain)
                        domain -> contexts.destroy((ArmSmmuDomain) domain));
        if (hasStatics()) {
            table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer) () -> identity.orElseThrow())
                    .with(Callback.BLOCKED_DOMAIN, BLOCKED_DOMAIN, (OpsTable.DomainPointer) () -> blocked.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()));
        } else {
            table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        }
        return table.build();
    }

    /** What walks see decides for whole devices: a coherent TCU is taken for coherent TBUs. */
    private boolean isCapable(Device device, OpsTable.Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY ->
                ArmSmmuMaster.find(device)
                        .filter(master -> master.smmu().isCoherent())
                        .isPresent();
            case ENFORCE_CACHE_COHERENCY, INTR_REMAP -> false;
            case DEFERRED_FLUSH -> kernel.since(Version.V6_7);
        };
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case UNMANAGED, IDENTITY, DMA, DMA_FQ -> Optional.of(newDomain());
            case BLOCKED, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    private ArmSmmuDomain newDomain() {
        return new ArmSmmuDomain(kernel, (int) domains.add(1), pageSizes.get());
    }

    // ---- devices

    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        int id = cells.isEmpty() ? 0 : cells.getFirst() & 0xffff;
        int mask = cells.size() > 1 ? cells.get(1) : 0;
        DevIommu.find(device).orElseThrow().ids().add(mask << 16 | id);
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        if (DevIommu.find(device).filter(DevIommu::hasFwspec).isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        Optional<ArmSmmuDevice> found = site.core().probing().instances().toList().stream()
                .filter(instance ->
                        instance.label().equals(device.iommus().getFirst().unit()))
                .map(instance -> devices.of(instance.device()))
                .findFirst();
        if (found.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        ArmSmmuDevice smmu = found.get();
        var master = new ArmSmmuMaster(device, smmu, DevIommu.idsOf(device));
        if (!areInRange(device, master)) {
            return OpsTable.Probed.failed(Errno.EINVAL.negative());
        }
        DevIommu.find(device).orElseThrow().priv().set(master);
        long error = streams.allocate(device, master);
        if (error != 0) {
            return OpsTable.Probed.failed(error);
        }
        site.links().add(device, smmu.device());
        return OpsTable.Probed.ok(smmu.instance());
    }

    private boolean areInRange(Device device, ArmSmmuMaster master) {
        long idMask = master.smmu().streamIdMask().get();
        long maskMask = master.smmu().smrMaskMask().get();
        for (int i = 0; i < master.count(); i++) {
            if ((master.streamId(i) & ~idMask) != 0) {
                kernel.log().line(BAD_STREAM, device, master.streamId(i), idMask);
                return false;
            }
            if ((master.mask(i) & ~maskMask) != 0) {
                kernel.log().line(BAD_MASK, device, master.mask(i), maskMask);
                return false;
            }
        }
        return true;
    }

    // ---- attaching

    /** The first attach of a domain takes a context bank; each attach leads the device's streams there. */
    private long attach(ArmSmmuDomain domain, Device device) {
        Optional<ArmSmmuMaster> master = ArmSmmuMaster.find(device);
        if (master.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        ArmSmmuDevice smmu = master.get().smmu();
        boolean bypass = domain.type() == DomainType.IDENTITY;
        if (bypass && domain.smmu().isNull()) {
            domain.smmu().set(smmu);
        }
        long error = bypass ? 0 : contexts.init(domain, smmu);
        if (error != 0) {
            return error;
        }
        if (!domain.smmu().is(smmu)) {
            if (!kernel.since(Version.V6_2)) {
                long other = domain.smmu().require().device().id();
                kernel.log().line(OTHER_SMMU, device, smmu.device().id(), other);
            }
            return Errno.EINVAL.negative();
        }
        int type = bypass ? ArmSmmuLayout.S2CR_BYPASS : ArmSmmuLayout.S2CR_TRANSLATE;
        ArmSmmuStreams.lead(master.get(), type, domain.bank());
        master.get().noted().setQuietly(Optional.of(domain));
        return 0;
    }

    /** arm_smmu_attach_dev_type (v6.8). */
    private static long attachStatic(IommuDomain domain, Device device, int type) {
        Optional<ArmSmmuMaster> master = ArmSmmuMaster.find(device);
        if (master.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        ArmSmmuStreams.lead(master.get(), type, 0);
        master.get().noted().setQuietly(Optional.of(domain));
        return 0;
    }

    // ---- mappings

    private static OpsTable.Mapped map(
            IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        return ((ArmSmmuDomain) mapped)
                .pgtable()
                .get()
                .map(table -> table.map(iova, physical, pageSize, count, prot))
                .orElseGet(() -> new OpsTable.Mapped(Errno.ENODEV.negative(), 0));
    }

    private static long unmap(IommuDomain unmapped, long iova, long pageSize, long count, IotlbGather gather) {
        return ((ArmSmmuDomain) unmapped)
                .pgtable()
                .get()
                .map(table -> table.unmap(iova, pageSize, count, gather))
                .orElse(0L);
    }

    private static void flushAll(IommuDomain flushed) {
        var domain = (ArmSmmuDomain) flushed;
        if (!domain.pgtable().isNull()) {
            domain.flushAll();
        }
    }

    private static void sync(IommuDomain synced) {
        var domain = (ArmSmmuDomain) synced;
        if (!domain.smmu().isNull()) {
            domain.sync();
        }
    }

    // ---- for those who look

    static Optional<IommuDomain> notedDomain(Device device) {
        return ArmSmmuMaster.find(device).flatMap(master -> master.noted().get());
    }

    /** The SMMU, for a domain that has a context bank of it. */
    static List<Device> smmusOf(IommuDomain domain) {
        return domain instanceof ArmSmmuDomain own
                ? own.smmu()
                        .get()
                        .filter(smmu -> smmu.bank(own.bank()).is(own))
                        .map(smmu -> List.of(smmu.device()))
                        .orElse(List.of())
                : List.of();
    }
}
