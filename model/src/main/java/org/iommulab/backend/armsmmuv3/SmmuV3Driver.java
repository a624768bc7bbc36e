package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.IoPgtable;
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
import org.iommulab.core.ProcessTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.core.StaticDomain;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of the SMMUv3 driver (drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c, v6.1 to v6.12). It never had
 * detach_dev or set_platform_dma_ops. Static domains and domain_alloc_paging came with v6.9, which is 6.12 here.
 */
final class SmmuV3Driver {
    static final String NAME = "arm-smmu-v3";
    private static final String FILE = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c";
    private static final String SVA = "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c";
    private static final Term CAPABLE = Term.of("arm_smmu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    private static final Term DOMAIN_ALLOC =
            Term.of("arm_smmu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("arm_smmu_domain_alloc_paging", FILE, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    private static final Term ALLOC_USER =
            Term.of("arm_smmu_domain_alloc_user", FILE, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    private static final Term ALLOC_SVA =
            Term.of("arm_smmu_sva_domain_alloc", SVA, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    private static final Term SVA_FREE = Term.function("arm_smmu_sva_domain_free", SVA);
    private static final Term SET_SVA_PASID =
            Term.of("arm_smmu_sva_set_dev_pasid", SVA, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term SET_PASID =
            Term.of("arm_smmu_s1_set_dev_pasid", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term REMOVE_PASID =
            Term.of("arm_smmu_remove_dev_pasid", FILE, Operand.DECIMAL, Operand.NONE, Operand.NONE);
    private static final Term ENABLE_FEATURE =
            Term.of("arm_smmu_dev_enable_feature", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term DISABLE_FEATURE =
            Term.of("arm_smmu_dev_disable_feature", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term PAGE_RESPONSE = Term.function("arm_smmu_page_response", FILE);
    private static final Term ENABLE_NESTING = Term.function("arm_smmu_enable_nesting", FILE);
    private static final Term DOMAIN_FREE = Term.function("arm_smmu_domain_free", FILE);
    private static final Term DOMAIN_FREE_PAGING = Term.function("arm_smmu_domain_free_paging", FILE);
    private static final Term PROBE = Term.function("arm_smmu_probe_device", FILE);
    private static final Term RELEASE = Term.function("arm_smmu_release_device", FILE);
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
    private static final Term SYNC = Term.function("arm_smmu_iotlb_sync", FILE);
    private static final Term FLUSH_ALL = Term.function("arm_smmu_flush_iotlb_all", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("arm_smmu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term IDENTITY_DOMAIN = Term.reference("arm_smmu_identity_domain");
    private static final Term BLOCKED_DOMAIN = Term.reference("arm_smmu_blocked_domain");
    private static final Term ATTACH_IDENTITY = Term.function("arm_smmu_attach_dev_identity", FILE);
    private static final Term ATTACH_BLOCKED = Term.function("arm_smmu_attach_dev_blocked", FILE);
    /** MSI_IOVA_BASE, MSI_IOVA_LENGTH: where the doorbells of interrupts are mapped for user space. */
    private static final ResvRegion MSI_WINDOW =
            new ResvRegion(0x800_0000L, 0x10_0000L, Prot.WRITE | Prot.NOEXEC | Prot.MMIO, ResvRegion.Type.SW_MSI);

    private static final int HUAWEI = 0x19e5;
    private static final int TUNE_AND_TRACE = 0xa12e;

    private final Kernel kernel;
    private final Site site;
    private final SmmuV3Devices smmus;
    private final DriverOps ops;
    private final SmmuV3Masters masters;
    private final SmmuV3Finalise finalise;
    private final SmmuV3CdTables tables;
    private final SmmuV3Substreams substreams;
    private final SmmuV3Faults faults;
    private final SmmuV3Attach attaching;
    private final Optional<StaticDomain> identity;
    private final Optional<StaticDomain> blocked;
    private final WarnOnce probedTwice;
    private final LongCell domains;

    /** What the callbacks ask of the platform driver. */
    interface SmmuV3Devices {
        /** The unit that the firmware's description of a device names, once it is ready. */
        Optional<SmmuV3Device> unitOf(Device device);

        IommuDevice instanceOf(SmmuV3Device smmu);

        List<SmmuV3Device> all();
    }

    SmmuV3Driver(Site site, SmmuV3Devices smmus) {
        this.kernel = site.kernel();
        this.site = site;
        this.smmus = smmus;
        this.ops = new DriverOps(kernel, this::table);
        this.masters = new SmmuV3Masters(kernel);
        this.finalise = new SmmuV3Finalise(site, ops);
        this.tables = new SmmuV3CdTables(site);
        var hitless = new SmmuV3HitlessAttach(site, finalise, tables);
        this.substreams = new SmmuV3Substreams(kernel, finalise, hitless);
        this.faults = new SmmuV3Faults(kernel, site.core().pageFaults());
        boolean since612 = kernel.since(Version.V6_12);
        this.attaching = since612 ? hitless : new SmmuV3PlainAttach(site, finalise, tables);
        this.identity = since612
                ? Optional.of(ops.makeStatic(
                        "arm_smmu_identity_domain",
                        DomainType.IDENTITY,
                        "arm_smmu_identity_ops",
                        ATTACH_IDENTITY,
                        (domain, device) -> hitless.attachIdentity(master(device))))
                : Optional.empty();
        this.blocked = since612
                ? Optional.of(ops.makeStatic(
                        "arm_smmu_blocked_domain",
                        DomainType.BLOCKED,
                        "arm_smmu_blocked_ops",
                        ATTACH_BLOCKED,
                        (domain, device) -> hitless.attachBlocked(master(device))))
                : Optional.empty();
        this.probedTwice = new WarnOnce(kernel, PROBE);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "arm_smmu_ops")
                .withPageSizes()
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable) this::isCapable)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup) this::deviceGroup)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> ofXlate(device, cells))
                .with(Callback.GET_RESV_REGIONS, RESV_REGIONS, (OpsTable.GetResvRegions) device -> List.of(MSI_WINDOW))
                .with(Callback.DEF_DOMAIN_TYPE, DEF_DOMAIN_TYPE, (OpsTable.DefDomainType) SmmuV3Driver::defDomainType)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.ENABLE_NESTING, ENABLE_NESTING, (OpsTable.EnableNesting)
                        domain -> ((SmmuV3Domain) domain).enableNesting())
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) this::unmap)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) this::flushAll)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) this::sync)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((SmmuV3Domain) domain).lookUp(iova));
        if (kernel.since(Version.V6_12)) {
            table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer) () -> identity.orElseThrow())
                    .with(Callback.BLOCKED_DOMAIN, BLOCKED_DOMAIN, (OpsTable.DomainPointer) () -> blocked.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            this::domainAllocPaging)
                    .with(Callback.DOMAIN_ALLOC_USER, ALLOC_USER, (OpsTable.DomainAllocUser) this::allocForUser)
                    .with(Callback.SET_DEV_PASID, SET_PASID, (OpsTable.SetDevPasid)
                            (domain, device, pasid) -> substreams.set((SmmuV3Domain) domain, master(device), pasid))
                    .with(Callback.REMOVE_DEV_PASID, REMOVE_PASID, (OpsTable.RemoveDevPasid)
                            (device, pasid, domain) -> substreams.remove(master(device), pasid))
                    .with(Callback.DEV_ENABLE_FEAT, ENABLE_FEATURE, (OpsTable.DevFeature)
                            (device, feature) -> faults.enable(master(device), feature))
                    .with(Callback.DEV_DISABLE_FEAT, DISABLE_FEATURE, (OpsTable.DevFeature)
                            (device, feature) -> faults.disable(master(device), feature))
                    .with(Callback.PAGE_RESPONSE, PAGE_RESPONSE, (OpsTable.PageResponse) (device, request, response) ->
                            faults.respond(PAGE_RESPONSE, master(device), request, response))
                    .with(Callback.FREE, DOMAIN_FREE_PAGING, (OpsTable.OnDomain) this::free);
            if (kernel.config("ARM_SMMU_V3_SVA")) {
                table.with(Callback.DOMAIN_ALLOC_SVA, ALLOC_SVA, (OpsTable.DomainAllocSva) this::allocSva);
            }
        } else {
            table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                    .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free)
                    .withUnbuilt(Callback.DEV_ENABLE_FEAT, ENABLE_FEATURE)
                    .withUnbuilt(Callback.DEV_DISABLE_FEAT, DISABLE_FEATURE)
                    .withUnbuilt(Callback.PAGE_RESPONSE, PAGE_RESPONSE);
            if (kernel.since(Version.V6_2)) {
                table.withUnbuilt(Callback.REMOVE_DEV_PASID, REMOVE_PASID);
            }
        }
        return table.build();
    }

    private static SmmuV3Master master(Device device) {
        return SmmuV3Master.of(device).orElseThrow();
    }

    private boolean isCapable(Device device, OpsTable.Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY -> master(device).smmu().has(SmmuV3Feature.COHERENCY);
            case ENFORCE_CACHE_COHERENCY, INTR_REMAP -> false; // the first from v6.13 on
            case DEFERRED_FLUSH -> kernel.has(Behaviour.FLUSH_QUEUE_IS_A_CAPABILITY);
        };
    }

    // ---- domains

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case UNMANAGED, DMA, DMA_FQ, IDENTITY -> Optional.of(newDomain());
            case BLOCKED, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    /** A domain for a device is ready at once; an error of that, and the domain is gone again. */
    private Optional<IommuDomain> domainAllocPaging(Optional<Device> device) {
        SmmuV3Domain domain = newDomain();
        long error =
                device.map(d -> finalise.finalise(domain, master(d).smmu())).orElse(0L);
        return error == 0 ? Optional.of(domain) : Optional.empty();
    }

    /** arm_smmu_domain_alloc_user as 6.12 has it: no table of a program's, and none to stand on (both from v6.13 on). */
    private Domains.Made allocForUser(
            Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table) {
        if (flags != 0 || parent.isPresent() || table.isPresent()) {
            return new Domains.Made(Errno.EOPNOTSUPP.negative(), Optional.empty());
        }
        SmmuV3Domain domain = newDomain();
        long error = finalise.finalise(domain, master(device).smmu());
        return new Domains.Made(error, error == 0 ? Optional.of(domain) : Optional.empty());
    }

    /** arm_smmu_sva_domain_alloc: an ASID for a process's own table. */
    private Domains.Made allocSva(Device device, ProcessTable process) {
        SmmuV3Domain domain = newDomain();
        long error = finalise.finaliseForProcess(domain, master(device).smmu(), process);
        if (error != 0) {
            return new Domains.Made(error, Optional.empty());
        }
        OpsTable own = OpsTable.named(NAME, "arm_smmu_sva_domain_ops")
                .with(Callback.SET_DEV_PASID, SET_SVA_PASID, (OpsTable.SetDevPasid)
                        (bound, user, pasid) -> substreams.set((SmmuV3Domain) bound, master(user), pasid))
                .with(Callback.FREE, SVA_FREE, (OpsTable.OnDomain) freed -> {
                    ((SmmuV3Domain) freed).flushAll();
                    finalise.release((SmmuV3Domain) freed);
                })
                .build();
        domain.ops().setQuietly(Optional.of(ops.ofStaticDomain(own)));
        return new Domains.Made(0, Optional.of(domain));
    }

    // arm_smmu_ops.pgsize_bitmap: what any unit of the machine has
    private SmmuV3Domain newDomain() {
        long sizes = smmus.all().stream()
                .filter(smmu -> smmu.probed().get())
                .mapToLong(smmu -> smmu.idr().pageSizes())
                .reduce(0, (a, b) -> a | b);
        return new SmmuV3Domain(kernel, (int) domains.add(1), sizes);
    }

    private void free(IommuDomain freed) {
        var domain = (SmmuV3Domain) freed;
        domain.pgtable().get().ifPresent(IoPgtable::free);
        if (domain.cdTable().get() != 0) {
            tables.free(0);
        }
        finalise.release(domain);
    }

    // ---- devices

    /** arm_smmu_of_xlate. */
    private static long ofXlate(Device device, List<Integer> cells) {
        DevIommu.find(device).orElseThrow().ids().add(cells.isEmpty() ? 0 : cells.getFirst());
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        DevIommu data = DevIommu.find(device).orElseThrow();
        if (!data.hasFwspec()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        if (!data.priv().isNull()) {
            probedTwice.fire(device);
            return OpsTable.Probed.failed(Errno.EBUSY.negative());
        }
        Optional<SmmuV3Device> smmu = smmus.unitOf(device);
        if (smmu.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        var master = new SmmuV3Master(
                device,
                smmu.get(),
                data.ids().toList(),
                substreams.bitsOf(device, smmu.get()),
                SmmuV3Faults.stalls(device, smmu.get()));
        data.priv().set(master);
        long error = masters.insert(master);
        if (error != 0) {
            data.priv().setNull();
            return OpsTable.Probed.failed(error);
        }
        return OpsTable.Probed.ok(smmus.instanceOf(smmu.get()));
    }

    private void releaseDevice(Device device) {
        SmmuV3Master master = master(device);
        faults.release(master, RELEASE);
        attaching.release(master);
        master.smmu().masters().remove(master);
    }

    private Group deviceGroup(Device device) {
        return device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
    }

    /** HiSilicon's tune and trace device can do nothing but identity (IS_HISI_PTT_DEVICE). */
    private static Optional<DomainType> defDomainType(Device device) {
        return device.pci()
                .map(PciFunction::found)
                .filter(found -> found.vendor() == HUAWEI && found.device() == TUNE_AND_TRACE)
                .map(_ -> DomainType.IDENTITY);
    }

    private long attach(IommuDomain domain, Device device) {
        boolean named = DevIommu.find(device).filter(DevIommu::hasFwspec).isPresent();
        return named ? attaching.attach((SmmuV3Domain) domain, master(device)) : Errno.ENOENT.negative();
    }

    // ---- mappings

    private OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        return ((SmmuV3Domain) mapped)
                .pgtable()
                .get()
                .map(tables -> tables.map(iova, physical, pageSize, count, prot))
                .orElseGet(() -> new OpsTable.Mapped(Errno.ENODEV.negative(), 0));
    }

    private long unmap(IommuDomain unmapped, long iova, long pageSize, long count, IotlbGather gather) {
        return ((SmmuV3Domain) unmapped)
                .pgtable()
                .get()
                .map(tables -> tables.unmap(iova, pageSize, count, gather))
                .orElse(0L);
    }

    private void flushAll(IommuDomain flushed) {
        var domain = (SmmuV3Domain) flushed;
        if (!domain.smmu().isNull()) {
            domain.flushAll();
        }
    }

    private void sync(IommuDomain synced, IotlbGather gather) {
        if (gather.pageSize() != 0) {
            ((SmmuV3Domain) synced)
                    .flushRange(gather.start(), gather.end() - gather.start() + 1, gather.pageSize(), true);
        }
    }

    // ---- for those who look

    /** What the driver has noted for a device. */
    Optional<IommuDomain> notedDomain(Device device) {
        return SmmuV3Master.of(device).flatMap(attaching::noted);
    }

    /** The unit behind which a domain's devices are. */
    static List<Device> unitsOf(IommuDomain domain) {
        return domain instanceof SmmuV3Domain smmuv3 && !smmuv3.devices().isEmpty()
                ? smmuv3.smmu().get().map(SmmuV3Device::device).stream().toList()
                : List.of();
    }
}
