package org.iommulab.backend.mtk;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.iommulab.backend.ShortIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
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

/** The callbacks of mtk-iommu at every level that the lab knows (drivers/iommu/mtk_iommu.c, v6.1 to v6.12). */
final class MtkDriver {
    static final String NAME = "mtk";
    private static final String FILE = "drivers/iommu/mtk_iommu.c";
    private static final int READ_WRITE = 3;
    private static final Term DOMAIN_ALLOC =
            Term.of("mtk_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("mtk_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("mtk_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("mtk_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("mtk_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("mtk_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("mtk_iommu_release_device", FILE);
    private static final Term GROUP =
            Term.of("mtk_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("mtk_iommu_of_xlate", FILE);
    private static final Term RESV = Term.function("mtk_iommu_get_resv_regions", FILE);
    private static final Term ATTACH = Term.function("mtk_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("mtk_iommu_detach_device", FILE);
    private static final Term MAP = Term.of("mtk_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("mtk_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FLUSH_ALL = Term.function("mtk_iommu_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("mtk_iommu_iotlb_sync", FILE);
    private static final Term SYNC_MAP = Term.of("mtk_iommu_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term IOVA_TO_PHYS =
            Term.of("mtk_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term BANK = Term.reference("dom.bank");
    private static final Term GROUP_FREED = Term.reference("m4u_group, freed");
    private static final Term ONE_LARB = LogText.of("<3>Can only use one larb. Fail@larb%d-%d.");
    private static final Term CELLS = LogText.of("<3>invalid #iommu-cells(%d) property for IOMMU");

    private final Kernel kernel;
    private final Site site;
    private final Function<Device, MtkData> units;
    private final MtkAttach attach;
    private final DriverOps ops;
    private final Optional<IommuDomain> identity;
    private final LongCell domains;

    /** @param units what the platform driver keeps for an M4U */
    MtkDriver(Site site, Function<Device, MtkData> units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.attach = new MtkAttach(site);
        this.ops = new DriverOps(kernel, this::table);
        this.identity = kernel.has(Behaviour.STATIC_DOMAINS) ? Optional.of(identityDomain()) : Optional.empty();
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
    }

    private IommuDomain identityDomain() {
        return ops.makeStatic(
                "mtk_iommu_identity_domain",
                DomainType.IDENTITY,
                "mtk_iommu_identity_ops",
                IDENTITY_ATTACH,
                attach::attachIdentity);
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. It never had set_platform_dma_ops, nor capable. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "mtk_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroupOrErrno) this::group)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.GET_RESV_REGIONS, RESV, (OpsTable.GetResvRegions) this::resvRegions)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) (domain, device) ->
                        attach.attach((MtkDomain) domain, MtkMaster.of(device).orElseThrow()))
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) this::flushAll)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) this::sync)
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap)
                        (domain, iova, size) -> MtkTlb.flushRange(kernel, iova, size, bankOf(domain)))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                // only the structure is freed: the tables stay, and so does what points at the structure
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) domain -> {});
        if (kernel.has(Behaviour.IO_PGTABLE_DRIVERS_MAP_ONE)) {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) (domain, iova, physical, size, prot) ->
                            map(domain, iova, physical, size, 1, prot).error())
                    .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> unmap(domain, iova, size, 1, gather));
        } else {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) this::unmap);
        }
        if (kernel.has(Behaviour.STATIC_DOMAINS)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) (domain, device) -> attach.detach(device));
        }
        return table.build();
    }

    private IommuDomain newDomain() {
        return new MtkDomain(kernel, (int) domains.add(1));
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(newDomain());
            case IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    // ---- devices

    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        if (cells.size() != 1) {
            kernel.log().line(CELLS, device, cells.size(), 0);
            return Errno.EINVAL.negative();
        }
        MtkMaster.add(device, units.apply(iommu.device()));
        return 0;
    }

    /** mtk_iommu_probe_device: the link makes the larb wake before the master does. */
    private OpsTable.Probed probeDevice(Device device) {
        Optional<MtkMaster> found = MtkMaster.of(device);
        if (found.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        MtkMaster master = found.get();
        MtkData data = master.data();
        if (data.soc().has(Flag.INFRA)) {
            return OpsTable.Probed.ok(data.instance());
        }
        for (int id : master.ids()) {
            if (MtkLayout.larb(id) != master.larb()) {
                kernel.log().line(ONE_LARB, device, master.larb(), MtkLayout.larb(id));
                return OpsTable.Probed.failed(Errno.EINVAL.negative());
            }
        }
        Optional<MtkLarbData> larb = data.larb(master.larb());
        if (larb.isEmpty()) {
            return OpsTable.Probed.failed(Errno.EINVAL.negative());
        }
        site.links().add(device, larb.get().device());
        return OpsTable.Probed.ok(data.instance());
    }

    /** mtk_iommu_release_device: the link goes; what the larb knows of the port stays. */
    private void releaseDevice(Device device) {
        MtkMaster.of(device)
                .flatMap(master -> master.data().larb(master.larb()))
                .flatMap(larb -> device.suppliers().toList().stream()
                        .filter(link -> link.supplier() == larb.device())
                        .findFirst())
                .ifPresent(site.links()::delete);
    }

    /** mtk_iommu_device_group: one for each region, or for each bank other than the first, of all M4Us with one table. */
    private OpsTable.Grouped group(Device device) {
        MtkMaster master = MtkMaster.of(device).orElseThrow();
        MtkData first = master.data().hwList().getFirst();
        int bank = master.bank().number();
        long number = bank != 0 ? bank : attach.regionOf(master);
        if (number < 0) {
            return OpsTable.Grouped.failed(number);
        }
        var group = new Group[1];
        first.mutex()
                .run(() -> group[0] = known(first, (int) number).orElseGet(() -> {
                    Group made = site.core().probing().newGroup();
                    first.group((int) number).set(made);
                    return made;
                }));
        return OpsTable.Grouped.ok(group[0]);
    }

    // The pointer is never cleared: after the last device has left it leads to freed memory, and the lab makes a new
    // one.
    private Optional<Group> known(MtkData first, int number) {
        Optional<Group> group = first.group(number).get();
        group.filter(g -> g.gone().get())
                .ifPresent(g -> kernel.machine().useAfterFree(Lane.DRIVER, GROUP_FREED, first.device(), g.id()));
        return group.filter(g -> !g.gone().get());
    }

    private List<ResvRegion> resvRegions(Device device) {
        MtkMaster master = MtkMaster.of(device).orElseThrow();
        long number = attach.regionOf(master);
        if (number < 0) {
            return List.of();
        }
        List<MtkRegion> regions = attach.regions(master.data());
        MtkRegion own = regions.get((int) number);
        return regions.stream()
                .filter(own::holds)
                .map(region -> new ResvRegion(region.base(), region.size(), READ_WRITE, ResvRegion.Type.RESERVED))
                .toList();
    }

    // ---- mappings

    /** dom.bank and dom.iop are followed without a test: a domain that was never attached has neither. */
    private MtkBankData bankOf(IommuDomain domain) {
        return ((MtkDomain) domain).bank().get().orElseThrow(() -> kernel.log().nullAccess(BANK, domain));
    }

    private ShortIoPgtable tablesOf(IommuDomain domain) {
        bankOf(domain);
        return ((MtkDomain) domain).pgtable().require();
    }

    private OpsTable.Mapped map(IommuDomain domain, long iova, long physical, long pageSize, long count, int prot) {
        ShortIoPgtable tables = tablesOf(domain);
        long shown = bankOf(domain).parent().enable4Gb() ? physical | MtkLayout.BIT_32 : physical;
        return tables.map(iova, shown, pageSize, count, prot);
    }

    private long unmap(IommuDomain domain, long iova, long pageSize, long count, IotlbGather gather) {
        gather.add(iova, pageSize * count);
        return tablesOf(domain).unmap(iova, pageSize, count, gather);
    }

    private void sync(IommuDomain domain, IotlbGather gather) {
        long length = gather.end() - gather.start() + 1;
        MtkTlb.flushRange(kernel, gather.start(), length, bankOf(domain));
    }

    /** mtk_iommu_flush_iotlb_all; from v6.4 on nothing for a domain that was never attached. */
    private void flushAll(IommuDomain domain) {
        if (!kernel.since(Version.V6_4) || !((MtkDomain) domain).bank().isNull()) {
            MtkTlb.flushAll(kernel, bankOf(domain).parent());
        }
    }

    private long iovaToPhys(IommuDomain domain, long iova) {
        long physical = tablesOf(domain).iovaToPhys(iova);
        // a 32-bit kernel has no such addresses
        return kernel.config("ARM64") ? ((MtkDomain) domain).fromTables(physical) : physical;
    }

    // ---- for those who look

    /** The domain that the driver has noted for the bank that serves a master. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return MtkMaster.of(device).flatMap(MtkMaster::noted).map(domain -> domain);
    }
}
