package org.iommulab.backend.ipmmu;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.iommulab.backend.IoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.dma.ArmDmaGlue;
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

/** The callbacks of ipmmu-vmsa (drivers/iommu/ipmmu-vmsa.c, v6.1 to v6.12). */
final class IpmmuDriver {
    static final String NAME = "ipmmu-vmsa";
    private static final String FILE = "drivers/iommu/ipmmu-vmsa.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("ipmmu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("ipmmu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("ipmmu_iommu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("ipmmu_iommu_identity_attach", FILE);
    private static final Term DOMAIN_FREE = Term.function("ipmmu_domain_free", FILE);
    private static final Term PROBE = Term.function("ipmmu_probe_device", FILE);
    private static final Term FINALIZE = Term.function("ipmmu_probe_finalize", FILE);
    private static final Term RELEASE = Term.function("ipmmu_release_device", FILE);
    private static final Term OWN_GROUP = Term.of("ipmmu_find_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term GENERIC_GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term SINGLE_GROUP =
            Term.of("generic_single_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("ipmmu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("ipmmu_attach_device", FILE);
    private static final Term DETACH = Term.function("ipmmu_detach_device", FILE);
    private static final Term MAP = Term.of("ipmmu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("ipmmu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FLUSH_ALL = Term.function("ipmmu_flush_iotlb_all", FILE);
    private static final Term SYNC = Term.function("ipmmu_iotlb_sync", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("ipmmu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term CANNOT_ATTACH = LogText.of("<3>Cannot attach to IPMMU");
    private static final Term NO_CONTEXT = LogText.of("<3>Unable to initialize IPMMU context");
    private static final Term USING = LogText.of("<6>Using IPMMU context %d");
    private static final Term REUSING = LogText.of("<6>Reusing IPMMU context %d");
    private static final Term NO_MAPPING = LogText.of("<3>Can't create IOMMU mapping - DMA-OPS will not work");
    private static final Term NO_TABLES = Term.reference("domain.iop");
    private static final long MAPPING_BASE = 1L << 30;
    private static final long MAPPING_SIZE = 1L << 31;
    /** The masters that the driver serves on Gen3, Gen4 and RZ/G2. */
    private static final Set<String> ALLOWED = Set.of("ee100000.mmc", "ee120000.mmc", "ee140000.mmc", "ee160000.mmc");

    private final Kernel kernel;
    private final Site site;
    private final Function<Device, IpmmuDevice> units;
    private final DriverOps ops;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;

    /** @param units the driver's data for an IPMMU */
    IpmmuDriver(Site site, Function<Device, IpmmuDevice> units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "ipmmu_iommu_identity_domain",
                DomainType.IDENTITY,
                "ipmmu_iommu_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> identityAttach(device));
    }

    DriverOps ops() {
        return ops;
    }

    /** CONFIG_ARM without CONFIG_IOMMU_DMA: the driver sets up the ARM mapping itself. */
    private boolean usesArmMapping() {
        return kernel.config("ARM") && !kernel.config("IOMMU_DMA");
    }

    /** The table as the kernel's source has it at this level. It never had set_platform_dma_ops. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "ipmmu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.PROBE_FINALIZE, FINALIZE, (OpsTable.OnDevice) this::probeFinalize)
                .with(Callback.DEVICE_GROUP, groupFunction(), (OpsTable.DeviceGroup) this::group)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::ofXlate)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain) d -> ((IpmmuDomain) d).flushAll())
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (d, gather) -> ((IpmmuDomain) d).flushAll())
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> tablesOf(domain).iovaToPhys(iova))
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

    private IpmmuDomain newDomain() {
        return new IpmmuDomain(site, (int) domains.add(1));
    }

    // ---- devices

    /** ipmmu_of_xlate: on newer chips only listed masters, whatever the device tree says. */
    private long ofXlate(Device device, IommuDevice iommu, List<Integer> cells) {
        IpmmuDevice mmu = units.apply(iommu.device());
        if (mmu.generation().mastersOptIn() && !ALLOWED.contains(device.label())) {
            return Errno.ENODEV.negative();
        }
        IpmmuMaster.add(device, mmu);
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        return IpmmuMaster.of(device)
                .map(master -> OpsTable.Probed.ok(master.mmu().instance()))
                .orElseGet(() -> OpsTable.Probed.failed(Errno.ENODEV.negative()));
    }

    private Term groupFunction() {
        if (usesArmMapping()) {
            return GENERIC_GROUP;
        }
        return kernel.since(Version.V6_7) ? SINGLE_GROUP : OWN_GROUP;
    }

    /** One group for all masters of a leaf; on 32-bit ARM one for each, which says nothing about isolation. */
    private Group group(Device device) {
        if (usesArmMapping()) {
            return site.core().probing().newGroup();
        }
        if (kernel.since(Version.V6_7)) {
            return site.core().probing().singleDeviceGroup(device);
        }
        IpmmuDevice mmu = IpmmuMaster.of(device).orElseThrow().mmu();
        Optional<Group> known = mmu.group().get().filter(group -> !group.gone().get());
        return known.orElseGet(() -> {
            Group made = site.core().probing().newGroup();
            mmu.group().set(made);
            return made;
        });
    }

    /** ipmmu_probe_finalize: on 32-bit ARM all masters of an IPMMU get one mapping, from 1 GiB to 3 GiB. */
    private void probeFinalize(Device device) {
        if (!usesArmMapping()) {
            return;
        }
        ArmDmaGlue glue = site.arm().orElseThrow();
        IpmmuDevice mmu = IpmmuMaster.of(device).orElseThrow().mmu();
        if (mmu.mapping().isNull()) {
            glue.createMapping(device, MAPPING_BASE, MAPPING_SIZE).mapping().ifPresent(mmu.mapping()::set);
        }
        boolean attached =
                !mmu.mapping().isNull() && glue.attach(device, mmu.mapping().require()) == 0;
        if (!attached) {
            kernel.log().line(NO_MAPPING, device, 0, 0);
        }
    }

    /**
     * ipmmu_release_device: up to v6.3 arm_iommu_detach_device, which is empty on arm64; then the micro-TLBs go off, and
     * on 32-bit ARM one reference to the IPMMU's mapping goes.
     */
    private void releaseDevice(Device device) {
        if (!kernel.since(Version.V6_4)) {
            site.arm().ifPresent(glue -> glue.detach(device));
            return;
        }
        IpmmuMaster master = IpmmuMaster.of(device).orElseThrow();
        master.microTlbs().forEach(master.mmu()::disableMicroTlb);
        site.arm().ifPresent(glue -> master.mmu().mapping().get().ifPresent(glue::releaseMapping));
    }

    /** ipmmu_attach_device: the first attach of a domain takes a context of the root. */
    private long attach(IommuDomain attached, Device device) {
        Optional<IpmmuMaster> master = IpmmuMaster.of(device);
        if (master.isEmpty()) {
            kernel.log().line(CANNOT_ATTACH, device, 0, 0);
            return Errno.ENXIO.negative();
        }
        var domain = (IpmmuDomain) attached;
        IpmmuDevice mmu = master.get().mmu();
        long error = domain.mutex().with(() -> attachLocked(domain, mmu, device));
        if (error == 0) {
            master.get().microTlbs().forEach(micro -> mmu.enableMicroTlb(micro, domain.contextId()));
        }
        return error;
    }

    private long attachLocked(IpmmuDomain domain, IpmmuDevice mmu, Device device) {
        if (domain.mmu().isNull()) {
            domain.mmu().set(mmu);
            long error = domain.initContext(site);
            if (error != 0) {
                kernel.log().line(NO_CONTEXT, device, 0, 0);
                domain.mmu().setNull();
                return error;
            }
            kernel.log().line(USING, device, domain.contextId(), 0);
            return 0;
        }
        if (!domain.mmu().is(mmu)) {
            return Errno.EINVAL.negative();
        }
        kernel.log().line(REUSING, device, domain.contextId(), 0);
        return 0;
    }

    /** ipmmu_iommu_identity_attach (v6.7): what detach_dev did; nothing where no other domain is attached. */
    private long identityAttach(Device device) {
        if (Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(IpmmuDomain.class::isInstance)
                .isPresent()) {
            switchOff(device);
        }
        return 0;
    }

    private void detach(IommuDomain domain, Device device) {
        switchOff(device);
    }

    /** ipmmu_detach_device: the micro-TLBs go off; the context stays as it is. */
    private static void switchOff(Device device) {
        IpmmuMaster.of(device).ifPresent(master -> master.microTlbs().forEach(master.mmu()::disableMicroTlb));
    }

    // ---- mappings

    /** The tables are followed without a test: a domain that was never attached has none. */
    private IoPgtable tablesOf(IommuDomain domain) {
        return ((IpmmuDomain) domain)
                .pgtable()
                .get()
                .orElseThrow(() -> kernel.log().nullAccess(NO_TABLES, domain));
    }

    private OpsTable.Mapped map(IommuDomain domain, long iova, long physical, long pageSize, long count, int prot) {
        return tablesOf(domain).map(iova, physical, pageSize, count, prot);
    }

    private long unmap(IommuDomain domain, long iova, long pageSize, long count, IotlbGather gather) {
        return tablesOf(domain).unmap(iova, pageSize, count, gather);
    }

    private void free(IommuDomain freed) {
        var domain = (IpmmuDomain) freed;
        domain.destroyContext();
        domain.pgtable().get().ifPresent(IoPgtable::free);
    }

    // ---- for those who look

    /** The domain whose context the driver has noted for a master's first micro-TLB. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return IpmmuMaster.of(device)
                .flatMap(master -> master.microTlbs().stream()
                        .findFirst()
                        .flatMap(micro -> master.mmu().noted(micro)));
    }
}
