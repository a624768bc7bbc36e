package org.iommulab.backend.dart;

import java.util.List;
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
import org.iommulab.core.ResvRegion;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of apple-dart (drivers/iommu/apple-dart.c, v6.1 to v6.12). */
final class DartDriver {
    static final String NAME = "apple-dart";
    private static final String FILE = "drivers/iommu/apple-dart.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("apple_dart_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("apple_dart_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("apple_dart_domain_free", FILE);
    private static final Term IDENTITY_DOMAIN = Term.reference("apple_dart_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("apple_dart_attach_dev_identity", FILE);
    private static final Term BLOCKED_DOMAIN = Term.reference("apple_dart_blocked_domain");
    private static final Term BLOCKED_ATTACH = Term.function("apple_dart_attach_dev_blocked", FILE);
    private static final Term PROBE = Term.function("apple_dart_probe_device", FILE);
    private static final Term RELEASE = Term.function("apple_dart_release_device", FILE);
    private static final Term GROUP =
            Term.of("apple_dart_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("apple_dart_of_xlate", FILE);
    private static final Term DEF_TYPE =
            Term.of("apple_dart_def_domain_type", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term RESV = Term.function("apple_dart_get_resv_regions", FILE);
    private static final Term ATTACH = Term.function("apple_dart_attach_dev", FILE);
    private static final Term ATTACH_PAGING = Term.function("apple_dart_attach_dev_paging", FILE);
    private static final Term DETACH = Term.function("apple_dart_detach_dev", FILE);
    private static final Term MAP = Term.of("apple_dart_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("apple_dart_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FLUSH_ALL = Term.function("apple_dart_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("apple_dart_iotlb_sync", FILE);
    private static final Term SYNC_MAP = Term.function("apple_dart_iotlb_sync_map", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("apple_dart_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term NO_TABLES = Term.reference("dart_domain.pgtbl_ops");
    /** CONFIG_PCIE_APPLE_MSI_DOORBELL_ADDR (drivers/pci/controller/Kconfig). */
    private static final long DOORBELL = 0xffff_f000L;

    private final Kernel kernel;
    private final Site site;
    private final Function<Device, DartDevice> darts;
    private final DartAttach attach;
    private final DriverOps ops;
    private final DartGroups groups;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;
    private final Optional<StaticDomain> blocked;

    /** @param darts the driver's data for a DART */
    DartDriver(Site site, DartHardware hardware, Function<Device, DartDevice> darts) {
        this.kernel = site.kernel();
        this.site = site;
        this.darts = darts;
        this.attach = new DartAttach(site, hardware);
        this.ops = new DriverOps(kernel, this::table);
        this.groups = new DartGroups(site, ops);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        boolean statics = kernel.since(Version.V6_7);
        this.identity = statics
                ? Optional.of(fixed("apple_dart_identity", DomainType.IDENTITY, IDENTITY_ATTACH, attach::identity))
                : Optional.empty();
        this.blocked = statics
                ? Optional.of(fixed("apple_dart_blocked", DomainType.BLOCKED, BLOCKED_ATTACH, attach::blocked))
                : Optional.empty();
    }

    private StaticDomain fixed(String name, DomainType type, Term function, OpsTable.AttachDev body) {
        return ops.makeStatic(name + "_domain", type, name + "_ops", function, body);
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. It never had capable or set_platform_dma_ops. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "apple_dart_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) DartDriver::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroupOrErrno) device -> groups.groupOf(device))
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.DEF_DOMAIN_TYPE, DEF_TYPE, (OpsTable.DefDomainType) DartDriver::defDomainType)
                .with(Callback.GET_RESV_REGIONS, RESV, (OpsTable.GetResvRegions) this::resvRegions)
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) DartDriver::map)
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                        (domain, iova, pageSize, count, gather) -> unmap(domain, iova, pageSize, count))
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) attach::flush)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (domain, gather) -> attach.flush(domain))
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap)
                        (domain, iova, size) -> attach.flush(domain))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((DartDomain) domain).lookUp(iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) domain -> ((DartDomain) domain)
                        .pgtable()
                        .get()
                        .ifPresent(tables -> tables.table().free()));
        if (kernel.since(Version.V6_7)) {
            return table.with(Callback.ATTACH_DEV, ATTACH_PAGING, (OpsTable.AttachDev) attach::paging)
                    .with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.BLOCKED_DOMAIN, BLOCKED_DOMAIN, (OpsTable.DomainPointer) () -> blocked.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            this::domainAllocPaging)
                    .build();
        }
        table.with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) attach::byType)
                .with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) attach::detach);
        }
        return table.build();
    }

    private DartDomain newDomain() {
        return new DartDomain(kernel, (int) domains.add(1));
    }

    /** Up to v6.6 every type is an object of its own; one without tables is complete as it is. */
    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(newDomain());
            case IDENTITY, BLOCKED -> {
                DartDomain domain = newDomain();
                domain.finalized().set(true);
                yield Optional.of(domain);
            }
            case DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    /** From v6.7 on the tables are made here when the device is known; any error is "no memory" to the lab. */
    private Optional<IommuDomain> domainAllocPaging(Optional<Device> device) {
        DartDomain domain = newDomain();
        long error = device.flatMap(DartMaster::of)
                .map(master -> attach.finish(domain, master))
                .orElse(0L);
        return error == 0 ? Optional.of(domain) : Optional.empty();
    }

    // ---- devices

    /** apple_dart_of_xlate: the one cell is a stream. A device may have streams of two DARTs that are alike. */
    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        if (cells.size() != 1) {
            return Errno.EINVAL.negative();
        }
        DartDevice dart = darts.apply(iommu.device());
        DartMaster master = DartMaster.of(device).orElseGet(() -> {
            var made = new DartMaster(device);
            DevIommu.find(device).orElseThrow().priv().set(made);
            return made;
        });
        boolean differs = master.used().stream()
                .map(map -> map.dart().require())
                .anyMatch(other ->
                        other.supportsBypass() != dart.supportsBypass() || other.pageBytes() != dart.pageBytes());
        if (differs) {
            return Errno.EINVAL.negative();
        }
        Optional<DartStreamMap> map = master.used().stream()
                .filter(known -> known.dart().is(dart))
                .findFirst()
                .or(() -> master.maps().stream()
                        .filter(free -> free.dart().isNull())
                        .findFirst());
        if (map.isEmpty()) {
            return Errno.EINVAL.negative();
        }
        map.get().dart().set(dart);
        map.get().add(cells.getFirst());
        return 0;
    }

    /** apple_dart_probe_device: no register is written. */
    private OpsTable.Probed probeDevice(Device device) {
        Optional<DartMaster> master = DartMaster.of(device);
        if (master.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        master.get()
                .used()
                .forEach(map -> site.links().add(device, map.dart().require().device()));
        return OpsTable.Probed.ok(master.get().first().instance());
    }

    /** apple_dart_release_device forgets the streams and leaves the hardware as it is. */
    private static void releaseDevice(Device device) {
        DevIommu.find(device).ifPresent(data -> data.priv().setNull());
    }

    private static Optional<DomainType> defDomainType(Device device) {
        DartDevice dart = DartMaster.of(device).orElseThrow().first();
        if (dart.isTooCoarse()) {
            return Optional.of(DomainType.IDENTITY);
        }
        return dart.supportsBypass() ? Optional.empty() : Optional.of(DomainType.DMA);
    }

    /** The page of the doorbell, for devices on PCI. What iommu_dma_get_resv_regions adds, the lab's boards do not have. */
    private List<ResvRegion> resvRegions(Device device) {
        return kernel.config("PCIE_APPLE") && device.pci().isPresent()
                ? List.of(new ResvRegion(
                        DOORBELL & -kernel.pageBytes(), kernel.pageBytes(), Prot.WRITE, ResvRegion.Type.MSI))
                : List.of();
    }

    // ---- mappings

    private static OpsTable.Mapped map(
            IommuDomain domain, long iova, long physical, long pageSize, long count, int prot) {
        return ((DartDomain) domain)
                .pgtable()
                .get()
                .map(tables -> tables.map(iova, physical, pageSize, count, prot))
                .orElseGet(() -> new OpsTable.Mapped(Errno.ENODEV.negative(), 0));
    }

    /** Here the tables are followed without a test. */
    private long unmap(IommuDomain domain, long iova, long pageSize, long count) {
        return ((DartDomain) domain)
                .pgtable()
                .get()
                .orElseThrow(() -> kernel.log().nullAccess(NO_TABLES, domain))
                .table()
                .unmap(iova, pageSize, count);
    }
}
