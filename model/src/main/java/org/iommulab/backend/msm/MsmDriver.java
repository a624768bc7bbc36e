package org.iommulab.backend.msm;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of msm_iommu (drivers/iommu/msm_iommu.c, v6.1 to v6.12). */
final class MsmDriver {
    static final String NAME = "msm";
    private static final String FILE = "drivers/iommu/msm_iommu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("msm_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("msm_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("msm_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("msm_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("msm_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("msm_iommu_probe_device", FILE);
    private static final Term GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("qcom_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("msm_iommu_attach_dev", FILE);
    private static final Term DETACH = Term.function("msm_iommu_detach_dev", FILE);
    private static final Term SET_PLATFORM = Term.function("msm_iommu_set_platform_dma", FILE);
    private static final Term MAP = Term.of("msm_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("msm_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC_MAP = Term.of("msm_iommu_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.NONE);
    private static final Term IOVA_TO_PHYS =
            Term.of("msm_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term REPEATED = LogText.of("<4>Stream ID 0x%x repeated; ignoring");
    private static final Term NO_MASTER = Term.reference("dev_iommu_priv_get(dev)");
    private static final Term NO_DOMAIN = Term.reference("iommu_get_domain_for_dev(dev)");
    private static final long SMALLEST = 4096;

    private final Kernel kernel;
    private final Site site;
    private final MsmUnits units;
    private final SpinLock lock;
    private final MsmAttaching attaching;
    private final DriverOps ops;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;

    MsmDriver(Site site, SpinLock lock, MsmUnits units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.lock = lock;
        this.attaching = new MsmAttaching(site, lock, units);
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "msm_iommu_identity_domain",
                DomainType.IDENTITY,
                "msm_iommu_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> identityAttach(device));
    }

    DriverOps ops() {
        return ops;
    }

    /**
     * The table as the kernel's source has it at this level. It never had capable, release_device, probe_finalize,
     * def_domain_type or flush_iotlb_all, and iotlb_sync is NULL in so many words.
     */
    OpsTable table() {
        var table = OpsTable.named(NAME, "msm_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().newGroup())
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev)
                        (domain, device) -> attaching.attach((MsmDomain) domain, device))
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap)
                        (domain, iova, size) -> ((MsmDomain) domain).flushRange(iova, size, SMALLEST))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) domain -> lock.with(() -> {}));
        if (kernel.has(Behaviour.IO_PGTABLE_DRIVERS_MAP_ONE)) {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) (domain, iova, physical, size, prot) ->
                            map(domain, iova, physical, size, 1, prot).error())
                    .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> unmap(domain, iova, size, 1, gather));
        } else {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) this::unmap);
        }
        if (kernel.since(Version.V6_7)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer) this::identityDomain)
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev)
                    (domain, device) -> attaching.giveBack((MsmDomain) domain));
        }
        return table.build();
    }

    private IommuDomain identityDomain() {
        return identity.orElseThrow();
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case UNMANAGED -> Optional.of(newDomain());
            case DMA, IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    private IommuDomain newDomain() {
        domains.setQuietly(domains.get() + 1);
        return new MsmDomain(kernel, (int) domains.get());
    }

    // ---- devices

    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        long[] result = new long[1];
        int mid = cells.isEmpty() ? 0 : cells.getFirst();
        lock.with(() -> result[0] = units.of(iommu.device())
                .map(found -> insertMaster(device, found, mid))
                .orElse((long) Errno.ENODEV.negative()));
        return result[0];
    }

    /**
     * insert_iommu_master. Only an IOMMU without a master gets one: what a second device of an IOMMU names is looked for in
     * a master that it has not got. The line about a repeated id tells its place in the list, not the id.
     */
    private long insertMaster(Device device, MsmIommuDev iommu, int mid) {
        if (iommu.masters().isEmpty()) {
            var made = new MsmCtxDev(kernel, device);
            iommu.masters().add(made);
            DevIommu.find(device).orElseThrow().priv().set(made);
        }
        MsmCtxDev master = DevIommu.privOf(device, MsmCtxDev.class)
                .orElseThrow(() -> kernel.log().nullAccess(NO_MASTER, device));
        int known = master.mids().indexOf(mid);
        if (known >= 0) {
            kernel.log().line(REPEATED, device, known, 0);
        } else {
            master.add(mid);
        }
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        var found = new OpsTable.Probed[1];
        lock.with(() -> found[0] = units.probed().stream()
                .filter(iommu -> iommu.isFor(device))
                .findFirst()
                .map(iommu -> OpsTable.Probed.ok(iommu.instance()))
                .orElseGet(() -> OpsTable.Probed.failed(Errno.ENODEV.negative())));
        return found[0];
    }

    /** msm_iommu_set_platform_dma: the core's pointer still says which domain it is about. */
    private void setPlatformDma(Device device) {
        attaching.giveBack(domainOf(device).orElseThrow(() -> kernel.log().nullAccess(NO_DOMAIN, device)));
    }

    private long identityAttach(Device device) {
        domainOf(device).ifPresent(attaching::giveBack);
        return 0;
    }

    // iommu_get_domain_for_dev; the identity domain is none of those with tables
    private static Optional<MsmDomain> domainOf(Device device) {
        return Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(MsmDomain.class::isInstance)
                .map(MsmDomain.class::cast);
    }

    // ---- mappings

    private OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        var domain = (MsmDomain) mapped;
        var result = new OpsTable.Mapped[1];
        domain.tableLock().with(() -> result[0] = domain.tables().map(iova, physical, pageSize, count, prot));
        return result[0];
    }

    private long unmap(IommuDomain unmapped, long iova, long pageSize, long count, IotlbGather gather) {
        var domain = (MsmDomain) unmapped;
        long[] bytes = new long[1];
        domain.tableLock().with(() -> bytes[0] = domain.tables().unmap(iova, pageSize, count, gather));
        return bytes[0];
    }

    /**
     * msm_iommu_iova_to_phys: not the tables are read, but the context of the first IOMMU is asked, whatever it walks by
     * now. That empties the context's TLB. A clock that fails is an address to the caller, as the kernel returns it.
     */
    private long iovaToPhys(IommuDomain asked, long iova) {
        var domain = (MsmDomain) asked;
        long[] physical = new long[1];
        lock.with(() -> {
            MsmIommuDev iommu = domain.attached().first();
            Optional<MsmCtxDev> master = iommu.masters().toList().stream().findFirst();
            if (master.isEmpty()) {
                return;
            }
            physical[0] = iommu.enableClocks();
            if (physical[0] == 0) {
                physical[0] = iommu.registers().probe(master.get().context(), iova);
                iommu.disableClocks();
            }
        });
        return physical[0];
    }
}
