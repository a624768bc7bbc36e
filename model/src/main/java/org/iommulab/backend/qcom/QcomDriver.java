package org.iommulab.backend.qcom;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.LpaeIoPgtable;
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
import org.iommulab.kernel.Version;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The callbacks of qcom_iommu (drivers/iommu/arm/arm-smmu/qcom_iommu.c, v6.1 to v6.12). */
final class QcomDriver {
    static final String NAME = "qcom";
    private static final String FILE = "drivers/iommu/arm/arm-smmu/qcom_iommu.c";
    private static final Term CAPABLE =
            Term.of("qcom_iommu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    private static final Term DOMAIN_ALLOC =
            Term.of("qcom_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("qcom_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("qcom_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("qcom_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("qcom_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("qcom_iommu_probe_device", FILE);
    private static final Term GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("qcom_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("qcom_iommu_attach_dev", FILE);
    private static final Term INIT_DOMAIN = Term.function("qcom_iommu_init_domain", FILE);
    private static final Term DETACH = Term.function("qcom_iommu_detach_dev", FILE);
    private static final Term MAP = Term.of("qcom_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("qcom_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FLUSH_ALL = Term.function("qcom_iommu_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("qcom_iommu_iotlb_sync", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("qcom_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term NO_TABLES = LogText.of("<3>failed to allocate pagetable ops");
    private static final Term RESTORE_SECURE = Term.of(
            "qcom_scm_restore_sec_cfg", "drivers/firmware/qcom_scm.c", Operand.DECIMAL, Operand.NONE, Operand.ERRNO);

    private final Kernel kernel;
    private final Site site;
    private final QcomUnits units;
    private final DriverOps ops;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;

    /** What the callbacks ask of the platform driver. */
    interface QcomUnits {
        QcomIommu iommuOf(Device smmu);

        /** {@code qcom,iommu-secure-id}. */
        int secureId(QcomIommu iommu);
    }

    QcomDriver(Site site, QcomUnits units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "qcom_iommu_identity_domain",
                DomainType.IDENTITY,
                "qcom_iommu_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> identityAttach(device));
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. It never had release_device or set_platform_dma_ops. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "qcom_iommu_ops")
                .withPageSizes()
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable)
                        (device, capability) -> capability == OpsTable.Capability.CACHE_COHERENCY)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().newGroup())
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) this::flushAll)
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (domain, gather) -> flushAll(domain))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.since(Version.V6_7)) {
            table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer) () -> identity.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()));
        } else {
            table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc);
        }
        if (kernel.has(Behaviour.IO_PGTABLE_DRIVERS_MAP_ONE)) {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) (domain, iova, physical, size, prot) ->
                            map(domain, iova, physical, size, 1, prot).error())
                    .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> unmap(domain, iova, size, 1, gather));
        } else {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) this::map)
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) this::unmap);
        }
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV)) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detach);
        }
        return table.build();
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> Optional.of(newDomain());
            case IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    private QcomDomain newDomain() {
        return new QcomDomain(kernel, (int) domains.add(1));
    }

    // ---- devices

    /** qcom_iommu_of_xlate: the one cell is a context bank; all of a device's must be of one SMMU. */
    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        QcomIommu data = units.iommuOf(iommu.device());
        if (cells.size() != 1) {
            return Errno.EINVAL.negative();
        }
        int asid = cells.getFirst();
        // a number between two banks passes up to v6.5 and is followed into NULL later; here it is refused at once
        Optional<QcomContext> context = data.context(asid);
        if (asid < 1 || asid > data.highestAsid() || context.isEmpty()) {
            kernel.log().warnOn(OF_XLATE, device);
            return Errno.EINVAL.negative();
        }
        QcomMaster master = QcomMaster.of(device).orElseGet(() -> {
            var made = new QcomMaster(device, data);
            DevIommu.find(device).orElseThrow().priv().set(made);
            return made;
        });
        if (master.iommu() != data) {
            kernel.log().warnOn(OF_XLATE, device);
            return Errno.EINVAL.negative();
        }
        master.ids().add(context.get());
        return 0;
    }

    /** qcom_iommu_probe_device: the link keeps the SMMU's clocks on while the master is awake. */
    private OpsTable.Probed probeDevice(Device device) {
        Optional<QcomMaster> master = QcomMaster.of(device);
        if (master.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        QcomIommu iommu = master.get().iommu();
        site.links().add(device, iommu.device());
        return OpsTable.Probed.ok(iommu.instance());
    }

    /**
     * qcom_iommu_attach_dev. A domain that was attached before is only compared: no register is written, whatever the
     * device's banks do by now.
     */
    private long attach(IommuDomain attached, Device device) {
        Optional<QcomMaster> master = QcomMaster.of(device);
        if (master.isEmpty()) {
            return Errno.ENXIO.negative();
        }
        var domain = (QcomDomain) attached;
        QcomIommu iommu = master.get().iommu();
        iommu.powered(() -> kernel.driverRun(INIT_DOMAIN, domain, () -> initDomain(domain, master.get())));
        if (domain.iommu().isNull()) {
            return Errno.ENOMEM.negative();
        }
        return domain.iommu().is(iommu) ? 0 : Errno.EINVAL.negative();
    }

    private void initDomain(QcomDomain domain, QcomMaster master) {
        domain.initMutex().run(() -> {
            if (!domain.iommu().isNull()) {
                return;
            }
            domain.iommu().set(master.iommu());
            domain.fwspec().set(master);
            if (domain.pgsizeBitmap() == 0) {
                // the tables' format has no granule among no sizes (arm_lpae_restrict_pgsizes)
                kernel.log().line(NO_TABLES, master.iommu().device(), 0, 0);
                domain.iommu().setNull();
                return;
            }
            var pgtable = new LpaeIoPgtable(site, domain, QcomDomain.FORMAT, domain);
            var values = (LpaeRegisters.StageOne) pgtable.table().registers();
            for (QcomContext context : master.ids().toList()) {
                restoreSecure(master.iommu(), context);
                context.enable(values);
                context.domain().set(domain);
            }
            domain.pgtable().set(pgtable);
        });
    }

    // The firmware brings the bank's secure side back; it is asked once for each bank.
    private void restoreSecure(QcomIommu iommu, QcomContext context) {
        if (!context.secureInit().get()) {
            kernel.machine().call(Lane.DRIVER, RESTORE_SECURE, context.device(), units.secureId(iommu), 0, () -> 0);
            context.secureInit().set(true);
        }
    }

    private void detach(IommuDomain detached, Device device) {
        var domain = (QcomDomain) detached;
        if (domain.iommu().isNull()) {
            kernel.log().warnOn(DETACH, device);
            return;
        }
        switchOff(QcomMaster.of(device).orElseThrow());
    }

    private static void switchOff(QcomMaster master) {
        master.iommu().powered(() -> {
            for (QcomContext context : master.ids().toList()) {
                context.disable();
                context.domain().setNull();
            }
        });
    }

    /** qcom_iommu_identity_attach (v6.7): detach_dev's body, for the domain that the group is about to leave. */
    private long identityAttach(Device device) {
        Optional<QcomDomain> leaving = Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(QcomDomain.class::isInstance)
                .map(QcomDomain.class::cast);
        if (leaving.isEmpty()) {
            return 0;
        }
        if (leaving.get().iommu().isNull()) {
            kernel.log().warnOn(IDENTITY_ATTACH, device);
            return Errno.EINVAL.negative();
        }
        switchOff(QcomMaster.of(device).orElseThrow());
        return 0;
    }

    // ---- mappings

    private OpsTable.Mapped map(IommuDomain mapped, long iova, long physical, long pageSize, long count, int prot) {
        var domain = (QcomDomain) mapped;
        if (domain.pgtable().isNull()) {
            return new OpsTable.Mapped(Errno.ENODEV.negative(), 0);
        }
        var result = new OpsTable.Mapped[1];
        domain.tableLock()
                .with(() -> result[0] = domain.pgtable().require().map(iova, physical, pageSize, count, prot));
        return result[0];
    }

    /** qcom_iommu_unmap: the master may sleep already, so the SMMU's clocks are asked for here. */
    private long unmap(IommuDomain unmapped, long iova, long pageSize, long count, IotlbGather gather) {
        var domain = (QcomDomain) unmapped;
        if (domain.pgtable().isNull()) {
            return 0;
        }
        long[] bytes = new long[1];
        domain.iommu()
                .require()
                .powered(() -> domain.tableLock()
                        .with(() -> bytes[0] = domain.pgtable().require().unmap(iova, pageSize, count, gather)));
        return bytes[0];
    }

    /** qcom_iommu_flush_iotlb_all, which iotlb_sync calls too: despite its name it only waits. */
    private void flushAll(IommuDomain flushed) {
        var domain = (QcomDomain) flushed;
        if (!domain.pgtable().isNull()) {
            domain.iommu().require().powered(domain::sync);
        }
    }

    private long iovaToPhys(IommuDomain asked, long iova) {
        var domain = (QcomDomain) asked;
        if (domain.pgtable().isNull()) {
            return 0;
        }
        long[] physical = new long[1];
        domain.tableLock().with(() -> physical[0] = domain.pgtable().require().iovaToPhys(iova));
        return physical[0];
    }

    /** qcom_iommu_domain_free: the banks are not switched off; one that walks these tables walks freed memory now. */
    private void free(IommuDomain freed) {
        var domain = (QcomDomain) freed;
        domain.iommu()
                .get()
                .ifPresent(iommu -> iommu.powered(() -> domain.pgtable().get().ifPresent(IoPgtable::free)));
    }

    // ---- for those who look

    /** What the driver has noted for a master: ctx.domain of its first bank. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return QcomMaster.of(device).stream()
                .flatMap(master -> master.ids().toList().stream())
                .flatMap(context -> context.domain().get().stream())
                .findFirst();
    }
}
