package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDomain;
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

/** The callbacks of mtk_iommu_v1 (drivers/iommu/mtk_iommu_v1.c, v6.1 to v6.12). */
final class MtkV1Driver {
    static final String NAME = "mtk-v1";
    private static final String FILE = "drivers/iommu/mtk_iommu_v1.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("mtk_iommu_v1_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("mtk_iommu_v1_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("mtk_iommu_v1_domain_free", FILE);
    private static final Term IDENTITY_DOMAIN = Term.reference("mtk_iommu_v1_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("mtk_iommu_v1_identity_attach", FILE);
    private static final Term DEF_DOMAIN_TYPE =
            Term.of("mtk_iommu_v1_def_domain_type", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term PROBE = Term.function("mtk_iommu_v1_probe_device", FILE);
    private static final Term FINALIZE = Term.function("mtk_iommu_v1_probe_finalize", FILE);
    private static final Term RELEASE = Term.function("mtk_iommu_v1_release_device", FILE);
    private static final Term GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term ATTACH = Term.function("mtk_iommu_v1_attach_device", FILE);
    private static final Term FINALISE_DOMAIN = Term.function("mtk_iommu_v1_domain_finalise", FILE);
    private static final Term DETACH = Term.function("mtk_iommu_v1_detach_device", FILE);
    private static final Term SET_PLATFORM = Term.function("mtk_iommu_v1_set_platform_dma", FILE);
    private static final Term MAP = Term.of("mtk_iommu_v1_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("mtk_iommu_v1_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("mtk_iommu_v1_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term ENABLE_PORT = LogText.of("<7>enable iommu port: %d");
    private static final Term DISABLE_PORT = LogText.of("<7>disable iommu port: %d");
    private static final Term WRONG_CELLS = LogText.of("<3>invalid #iommu-cells(%d) property for IOMMU");
    private static final Term ONE_LARB = LogText.of("<3>Can only use one larb. Fail@larb%d-%d.");
    private static final Term NO_MAPPING = LogText.of("<3>Can't create IOMMU mapping - DMA-OPS will not work");
    private static final long MAPPING_SIZE = 1L << 32;

    private final Kernel kernel;
    private final Site site;
    private final Function<String, Optional<MtkV1Data>> m4us;
    private final MtkV1Mappings mappings;
    private final DriverOps ops;
    private final LongCell domains;
    private final Optional<StaticDomain> identity;

    /** @param m4us the driver's data for an M4U, by the name of its device */
    MtkV1Driver(Site site, Function<String, Optional<MtkV1Data>> m4us) {
        this.kernel = site.kernel();
        this.site = site;
        this.m4us = m4us;
        this.mappings = new MtkV1Mappings(kernel);
        this.ops = new DriverOps(kernel, this::table);
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                "mtk_iommu_v1_identity_domain",
                DomainType.IDENTITY,
                "mtk_iommu_v1_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> {
                    configure(device, false);
                    return 0;
                });
    }

    DriverOps ops() {
        return ops;
    }

    /** The table as the kernel's source has it at this level. It never had of_xlate, nor any callback for the TLB. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "mtk_iommu_v1_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.PROBE_FINALIZE, FINALIZE, (OpsTable.OnDevice) this::probeFinalize)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().newGroup())
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) mappings::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) mappings::free);
        if (kernel.since(Version.V6_2)) {
            table.with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) mappings::map)
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                            (domain, iova, pageSize, count, gather) -> mappings.unmap(domain, iova, pageSize * count));
        } else {
            table.with(Callback.MAP, MAP, (OpsTable.MapOne) (domain, iova, physical, size, prot) ->
                            mappings.map(domain, iova, physical, size, 1, prot).error())
                    .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                            (domain, iova, size, gather) -> mappings.unmap(domain, iova, size));
        }
        if (kernel.since(Version.V6_7)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.DEF_DOMAIN_TYPE, DEF_DOMAIN_TYPE, (OpsTable.DefDomainType)
                        device -> Optional.of(DomainType.UNMANAGED));
        // Either is dead code as long as the group has its default domain.
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice)
                    device -> configure(device, false));
        } else {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) (domain, device) -> configure(device, false));
        }
        return table.build();
    }

    private MtkV1Domain newDomain() {
        return new MtkV1Domain(kernel, (int) domains.add(1));
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case UNMANAGED -> Optional.of(newDomain());
            case DMA, IDENTITY, BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    // ---- devices

    static Optional<MtkV1Data> dataOf(Device device) {
        return DevIommu.privOf(device, MtkV1Data.class);
    }

    /** The ids of the device's fwspec: port numbers. */
    private static List<Integer> portsOf(Device device) {
        return device.iommus().stream().map(IommuSpec::id).toList();
    }

    /**
     * mtk_iommu_v1_probe_device: reads the {@code iommus} property itself; the first master of all gets the shared
     * mapping made. From v6.8 on the core never calls it: it looks for an of_xlate first.
     */
    private OpsTable.Probed probeDevice(Device device) {
        DevIommu iommu = DevIommu.find(device).orElseThrow();
        for (IommuSpec spec : device.iommus()) {
            long error = addPort(device, iommu, spec);
            if (error != 0) {
                return OpsTable.Probed.failed(error);
            }
        }
        if (!iommu.hasFwspec()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        MtkV1Data data = dataOf(device).orElseThrow();
        Optional<Device> larb = larbOf(device, data);
        if (larb.isEmpty()) {
            return OpsTable.Probed.failed(Errno.EINVAL.negative());
        }
        site.links().add(device, larb.get());
        return OpsTable.Probed.ok(data.instance());
    }

    /** mtk_iommu_v1_create_mapping, for one entry. */
    private long addPort(Device device, DevIommu iommu, IommuSpec spec) {
        if (spec.cells().size() != 1) {
            kernel.log().line(WRONG_CELLS, device, spec.cells().size(), 0);
            return Errno.EINVAL.negative();
        }
        Optional<MtkV1Data> data = m4us.apply(spec.unit());
        if (data.isEmpty()) {
            return Errno.EINVAL.negative();
        }
        iommu.initFwspec();
        if (iommu.priv().isNull()) {
            iommu.priv().set(data.get());
        }
        return data.get().mapping().isNull() ? makeMapping(device, data.get()) : 0;
    }

    // The driver needs the glue of 32-bit ARM: MTK_IOMMU_V1 selects it, so without it there is no such driver.
    private long makeMapping(Device device, MtkV1Data data) {
        if (site.arm().isEmpty()) {
            return Errno.ENODEV.negative();
        }
        ArmDmaGlue.Created created = site.arm().get().createMapping(device, 0, MAPPING_SIZE);
        created.mapping().ifPresent(data.mapping()::set);
        return created.error();
    }

    /** The larb in front of all ports of a device; empty, with a line in the log, when they are behind several. */
    private Optional<Device> larbOf(Device device, MtkV1Data data) {
        List<Integer> ports = portsOf(device);
        int larb = MtkV1Layout.larb(ports.getFirst());
        if (larb >= MtkV1Layout.LARBS) {
            return Optional.empty();
        }
        for (int port : ports) {
            if (MtkV1Layout.larb(port) != larb) {
                kernel.log().line(ONE_LARB, device, larb, MtkV1Layout.larb(port));
                return Optional.empty();
            }
        }
        return data.larbs().get(larb).device().get();
    }

    /** mtk_iommu_v1_probe_finalize: every master is attached to the one mapping, and gets its dma_ops with it. */
    private void probeFinalize(Device device) {
        MtkV1Data data = dataOf(device).orElseThrow();
        long error = site.arm()
                .map(glue -> glue.attach(device, data.mapping().require()))
                .orElse((long) Errno.ENODEV.negative());
        if (error != 0) {
            kernel.log().line(NO_MAPPING, device, 0, 0);
        }
    }

    /** mtk_iommu_v1_release_device: only the link goes; ports and mapping stay as they are. */
    private void releaseDevice(Device device) {
        dataOf(device)
                .flatMap(data -> data.larbs()
                        .get(MtkV1Layout.larb(portsOf(device).getFirst()))
                        .device()
                        .get())
                .flatMap(larb -> device.suppliers().toList().stream()
                        .filter(link -> link.supplier() == larb)
                        .findFirst())
                .ifPresent(site.links()::delete);
    }

    // ---- attaching

    /** mtk_iommu_v1_attach_device: says 0 to any domain but its own, and does nothing then. */
    private long attach(IommuDomain attached, Device device) {
        var domain = (MtkV1Domain) attached;
        MtkV1Data data = dataOf(device).orElseThrow();
        if (!data.mapping().require().domain().is(domain)) {
            return 0;
        }
        if (data.domain().isNull()) {
            data.domain().set(domain);
            kernel.driverRun(FINALISE_DOMAIN, domain, () -> {
                domain.allocateTable(site);
                data.registers().write32(MtkV1Layout.PT_BASE_ADDR, (int) domain.tableBase());
                domain.data().set(data);
            });
        }
        configure(device, true);
        return 0;
    }

    /** mtk_iommu_v1_config: a bit for each port in its larb's word. No register is written. */
    private void configure(Device device, boolean enable) {
        MtkV1Data data = dataOf(device).orElseThrow();
        for (int id : portsOf(device)) {
            int port = MtkV1Layout.port(id);
            kernel.log().line(enable ? ENABLE_PORT : DISABLE_PORT, device, port, 0);
            LongCell mmu = data.larbs().get(MtkV1Layout.larb(id)).mmu();
            mmu.set(enable ? mmu.get() | 1L << port : mmu.get() & ~(1L << port));
        }
    }

    // ---- for those who look

    /** What the driver has noted for a master: data.m4u_dom, once its port is switched on. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return dataOf(device)
                .filter(data -> portsOf(device).stream().anyMatch(id -> isOn(data, id)))
                .flatMap(data -> data.domain().get());
    }

    private static boolean isOn(MtkV1Data data, int id) {
        int larb = MtkV1Layout.larb(id);
        return larb < MtkV1Layout.LARBS && (data.larbs().get(larb).mmu().get() >>> MtkV1Layout.port(id) & 1) != 0;
    }
}
