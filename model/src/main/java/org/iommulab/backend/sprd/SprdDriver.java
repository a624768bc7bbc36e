package org.iommulab.backend.sprd;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of sprd-iommu (drivers/iommu/sprd-iommu.c, v6.1 to v6.12). */
final class SprdDriver {
    static final String NAME = "sprd";
    private static final String FILE = "drivers/iommu/sprd-iommu.c";
    private static final String CORE_FILE = "drivers/iommu/iommu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("sprd_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("sprd_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("sprd_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("sprd_iommu_probe_device", FILE);
    private static final Term OWN_GROUP =
            Term.of("sprd_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term SINGLE_GROUP =
            Term.of("generic_single_device_group", CORE_FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("sprd_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("sprd_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("sprd_iommu_detach_device", FILE);
    private static final Term MAP = Term.of("sprd_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("sprd_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC_MAP = Term.function("sprd_iommu_sync_map", FILE);
    private static final Term SYNC = Term.function("sprd_iommu_sync", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("sprd_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term ALREADY = LogText.of("<3>There's already a device attached to this domain.");
    private static final Term NO_DEVICE = LogText.of("<3>No sprd_iommu_device attached to the domain");
    private static final Term NOT_IN_RANGE = LogText.of("<3>(iova(0x%x) + size(%x)) are not in the range!");
    private static final Term NO_SDEV = Term.reference("dom.sdev");
    private static final Term NO_TABLE = Term.reference("dom.pgt_va");

    private final Kernel kernel;
    private final Site site;
    private final Function<Device, SprdIommu> iommus;
    private final DriverOps ops;
    private final LongCell domains;

    /** @param iommus the driver's data for an IOMMU */
    SprdDriver(Site site, Function<Device, SprdIommu> iommus) {
        this.kernel = site.kernel();
        this.site = site;
        this.iommus = iommus;
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. It never had set_platform_dma_ops or an identity domain. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "sprd_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) SprdDriver::probeDevice)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap) (domain, iova, size) -> sync(domain))
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync)
                        (domain, gather) -> kernel.driverRun(SYNC_MAP, domain, () -> sync(domain)))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.since(Version.V6_2)) {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                            (domain, iova, pageSize, count, gather) -> unmap(domain, iova, pageSize * count));
        } else {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) (domain, iova, physical, size, prot) ->
                            map(domain, iova, physical, size, 1, prot).error())
                    .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> unmapOfV61(domain, iova, size));
        }
        if (kernel.since(Version.V6_7)) {
            table.with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    .with(Callback.DEVICE_GROUP, SINGLE_GROUP, (OpsTable.DeviceGroup) this::group);
        } else {
            table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                    .with(Callback.DEVICE_GROUP, OWN_GROUP, (OpsTable.DeviceGroup) this::group);
        }
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) (domain, device) -> detach(domain));
        }
        return table.build();
    }

    private SprdDomain newDomain() {
        return new SprdDomain(kernel, (int) domains.add(1));
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(newDomain());
            case IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    // ---- devices

    static Optional<SprdIommu> iommuOf(Device device) {
        return DevIommu.privOf(device, SprdIommu.class);
    }

    /** sprd_iommu_of_xlate: there are no numbers behind the pointer; one IOMMU serves one master. */
    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        DevIommu data = DevIommu.find(device).orElseThrow();
        if (data.priv().isNull()) {
            data.priv().set(iommus.apply(iommu.device()));
        }
        return 0;
    }

    private static OpsTable.Probed probeDevice(Device device) {
        return iommuOf(device)
                .map(iommu -> OpsTable.Probed.ok(iommu.instance()))
                .orElseGet(() -> OpsTable.Probed.failed(Errno.ENODEV.negative()));
    }

    /** One group for each IOMMU, to which the driver or, from v6.7 on, the core has a reference. */
    private Group group(Device device) {
        return kernel.since(Version.V6_7)
                ? site.core().probing().singleDeviceGroup(device)
                : iommuOf(device).orElseThrow().group().require();
    }

    // ---- attaching

    private long attach(IommuDomain attached, Device device) {
        var domain = (SprdDomain) attached;
        SprdIommu iommu = iommuOf(device).orElseThrow();
        return kernel.has(Behaviour.SPRD_ATTACHES_AGAIN) ? attachAgain(domain, iommu) : attachOnce(domain, iommu);
    }

    /** Up to v6.3: a domain that has its device is refused, even when that is this device. The unit is not stopped first. */
    private long attachOnce(SprdDomain domain, SprdIommu iommu) {
        if (!domain.iommu().isNull()) {
            kernel.log().line(ALREADY, kernel, 0, 0);
            return Errno.EINVAL.negative();
        }
        domain.table().set(new SprdTable(site, domain));
        domain.iommu().set(iommu);
        iommu.program(domain.table().require().table());
        return 0;
    }

    /**
     * From v6.4 on. That the IOMMU is on this domain already is told by its pointer alone, which nobody clears when a
     * domain is freed: a new domain at the same address in memory would be taken for the old one. The lab gives no
     * address twice.
     */
    private long attachAgain(SprdDomain domain, SprdIommu iommu) {
        if (iommu.domain().is(domain)) {
            return 0;
        }
        if (domain.table().isNull()) {
            domain.table().set(new SprdTable(site, domain));
            domain.iommu().set(iommu);
        }
        iommu.domain().set(domain);
        iommu.enable(false);
        iommu.program(domain.table().require().table());
        return 0;
    }

    /** sprd_iommu_detach_device: the memory goes first, then the unit that still walks it. */
    private void detach(IommuDomain detached) {
        var domain = (SprdDomain) detached;
        domain.iommu().get().ifPresent(iommu -> giveBack(domain, iommu));
    }

    private static void giveBack(SprdDomain domain, SprdIommu iommu) {
        domain.table().require().table().free();
        iommu.enable(false);
        domain.iommu().setNull();
    }

    /**
     * sprd_iommu_domain_free. Up to v6.3 only the descriptor is freed: the table's memory is lost, and the unit goes on
     * with it. From v6.4 on the unit is switched off, even when it is on another domain by now.
     */
    private void free(IommuDomain freed) {
        if (kernel.has(Behaviour.SPRD_ATTACHES_AGAIN)) {
            var domain = (SprdDomain) freed;
            domain.iommu().get().ifPresent(iommu -> giveBack(domain, iommu));
        }
    }

    // ---- mappings

    private SprdPageTable tableOf(SprdDomain domain) {
        return domain.table()
                .get()
                .orElseThrow(() -> kernel.log().nullAccess(NO_TABLE, domain))
                .table();
    }

    /** sprd_iommu_map: what is mapped already is overwritten, permissions are ignored, an address is cut to 32 bits. */
    private OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        var domain = (SprdDomain) mapped;
        if (domain.iommu().isNull()) {
            kernel.log().line(NO_DEVICE, kernel, 0, 0);
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        if (SprdPageTable.isOutside(iova, pageSize * count)) {
            kernel.log().line(NOT_IN_RANGE, domain.iommu().require().device(), iova, pageSize * count);
            return new OpsTable.Mapped(Errno.EINVAL.negative(), 0);
        }
        long[] bytes = new long[1];
        domain.tableLock().with(() -> bytes[0] = tableOf(domain).map(iova, physical, pageSize, count, prot));
        return new OpsTable.Mapped(0, bytes[0]);
    }

    private long unmap(IommuDomain unmapped, long iova, long bytes) {
        var domain = (SprdDomain) unmapped;
        if (SprdPageTable.isOutside(iova, bytes)) {
            return 0;
        }
        long[] done = new long[1];
        domain.tableLock().with(() -> done[0] = tableOf(domain).unmap(iova, bytes, 1));
        return done[0];
    }

    /** sprd_iommu_unmap of v6.1: 0 where the bytes were meant, so that the core thinks that nothing was unmapped. */
    private long unmapOfV61(IommuDomain unmapped, long iova, long bytes) {
        var domain = (SprdDomain) unmapped;
        long[] answer = new long[1];
        domain.tableLock().with(() -> answer[0] = tableOf(domain).unmapAsCallback(iova, bytes));
        return answer[0];
    }

    private void sync(IommuDomain synced) {
        ((SprdDomain) synced)
                .iommu()
                .get()
                .orElseThrow(() -> kernel.log().nullAccess(NO_SDEV, synced))
                .sync();
    }

    /** sprd_iommu_iova_to_phys: an empty entry is page 0 of memory to it. */
    private long iovaToPhys(IommuDomain asked, long iova) {
        var domain = (SprdDomain) asked;
        if (SprdPageTable.isOutside(iova, 1)) {
            kernel.log().warnOn(IOVA_TO_PHYS, domain);
            return 0;
        }
        long[] physical = new long[1];
        domain.tableLock().with(() -> physical[0] = tableOf(domain).iovaToPhys(iova));
        return physical[0];
    }

    // ---- for those who look

    /** What the driver has noted for a master: sdev.dom, from v6.4 on. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return iommuOf(device).flatMap(iommu -> iommu.domain().get());
    }
}
