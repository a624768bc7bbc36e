package org.iommulab.backend.virtio;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of virtio-iommu (drivers/iommu/virtio-iommu.c, v6.1 to v6.12). The series changed nothing here: the
 * driver never had detach_dev or set_platform_dma_ops, and every device has a default domain.
 */
final class ViommuDriver extends SimObject {
    static final String NAME = "virtio";
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term CAPABLE = Term.of("viommu_capable", FILE, Operand.OBJECT, Operand.NONE, Operand.YES_NO);
    private static final Term DOMAIN_ALLOC =
            Term.of("viommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("viommu_domain_free", FILE);
    private static final Term PROBE = Term.function("viommu_probe_device", FILE);
    private static final Term FINALIZE = Term.function("viommu_probe_finalize", FILE);
    private static final Term RELEASE = Term.function("viommu_release_device", FILE);
    private static final Term GROUP = Term.of("viommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term RESV_REGIONS =
            Term.of("viommu_get_resv_regions", FILE, Operand.NONE, Operand.NONE, Operand.DECIMAL);
    private static final Term OF_XLATE = Term.function("viommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("viommu_attach_dev", FILE);
    private static final Term MAP = Term.of("viommu_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("viommu_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC = Term.function("viommu_iotlb_sync", FILE);
    private static final Term SYNC_MAP =
            Term.of("viommu_iotlb_sync_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term FLUSH_ALL = Term.function("viommu_flush_iotlb_all", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("viommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    /** MSI_IOVA_BASE and MSI_IOVA_LENGTH: where the kernel maps doorbells when the host says nothing of them. */
    private static final ResvRegion SOFTWARE_MSI =
            new ResvRegion(0x800_0000, 0x10_0000, ViommuProperties.doorbell(), ResvRegion.Type.SW_MSI);

    private final Kernel kernel;
    private final Site site;
    private final ViommuMapper mapper;
    private final ViommuAttach attaching;
    private final ViommuProperties properties;
    private final DriverOps ops;
    private final List<ViommuDev> viommus = new ArrayList<>();
    private final LongCell pageSizes;
    private final LongCell domains;

    ViommuDriver(Site site, List<ViommuDev.Wired> wired) {
        super(site.kernel().machine());
        this.kernel = site.kernel();
        this.site = site;
        this.mapper = new ViommuMapper(kernel);
        this.attaching = new ViommuAttach(kernel, mapper);
        this.properties = new ViommuProperties(site);
        this.pageSizes = new LongCell(this, Lane.DRIVER, Term.hex("viommu_ops.pgsize_bitmap"));
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        this.ops = new DriverOps(kernel, this::table);
        for (ViommuDev.Wired unit : wired) {
            viommus.add(new ViommuDev(site, unit, viommus.size(), ops));
        }
    }

    @Override
    public String label() {
        return "virtio-iommu driver";
    }

    DriverOps ops() {
        return ops;
    }

    List<ViommuDev> viommus() {
        return List.copyOf(viommus);
    }

    /** {@code viommu_ops.pgsize_bitmap}, which each unit's probe sets. */
    LongCell pageSizes() {
        return pageSizes;
    }

    /** The table as the kernel's source has it. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "viommu_ops")
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable) (device, capability) -> isCapable(capability))
                .with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup) this::deviceGroup)
                .with(Callback.GET_RESV_REGIONS, RESV_REGIONS, (OpsTable.GetResvRegions) ViommuDriver::regionsOf)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) this::xlate)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev)
                        (domain, device) -> attaching.attach((ViommuDomain) domain, device))
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, pageSize, count, prot) ->
                        mapper.map((ViommuDomain) domain, iova, physical, pageSize * count, prot))
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages) (domain, iova, pageSize, count, gather) ->
                        mapper.unmap((ViommuDomain) domain, iova, pageSize * count))
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync)
                        (domain, gather) -> mapper.sync((ViommuDomain) domain))
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ViommuMapper.iovaToPhys((ViommuDomain) domain, iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (!kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            table.with(Callback.PROBE_FINALIZE, FINALIZE, (OpsTable.OnDevice) this::probeFinalize);
        }
        if (mapper.queuesMaps()) {
            table.with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMapOrErrno) (domain, iova, size) -> {
                        mapper.syncIfAttached((ViommuDomain) domain);
                        return 0;
                    })
                    .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain)
                            domain -> mapper.syncIfAttached((ViommuDomain) domain));
        }
        return table.build();
    }

    private boolean isCapable(OpsTable.Capability capability) {
        return switch (capability) {
            case CACHE_COHERENCY -> true;
            case INTR_REMAP -> false;
            case DEFERRED_FLUSH -> mapper.queuesMaps();
        };
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case UNMANAGED, DMA, IDENTITY ->
                Optional.of(new ViommuDomain(kernel, (int) domains.add(1), pageSizes.get()));
            case DMA_FQ, BLOCKED, PLATFORM -> Optional.empty();
        };
    }

    private void free(IommuDomain freed) {
        var domain = (ViommuDomain) freed;
        mapper.delete(domain, 0, -1);
        domain.viommu().get().ifPresent(viommu -> viommu.domains().remove(domain));
    }

    // ---- devices

    private long xlate(Device device, SimObject iommu, List<Integer> cells) {
        DevIommu.find(device).orElseThrow().ids().add(cells.isEmpty() ? 0 : cells.getFirst());
        return 0;
    }

    /** viommu_get_by_fwnode finds a unit only after its probe. */
    private Optional<ViommuDev> viommuOf(Device device) {
        return DevIommu.find(device)
                .filter(DevIommu::hasFwspec)
                .flatMap(data -> viommus.stream()
                        .filter(v -> v.priv().get()
                                && device.iommus()
                                        .getFirst()
                                        .unit()
                                        .equals(v.parent().label()))
                        .findFirst());
    }

    private OpsTable.Probed probeDevice(Device device) {
        Optional<ViommuDev> viommu = viommuOf(device);
        if (viommu.isEmpty()) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        var endpoint = new ViommuEndpoint(device, viommu.get());
        DevIommu.find(device).orElseThrow().priv().set(endpoint);
        long error = viommu.get().probeSize().isSet() ? properties.probe(endpoint) : 0;
        return error == 0 ? OpsTable.Probed.ok(viommu.get().instance()) : OpsTable.Probed.failed(error);
    }

    /** viommu_probe_finalize: on an architecture that sets up DMA by itself there is nothing in it (arm64). */
    private void probeFinalize(Device device) {
        if (!kernel.config("ARM64")) {
            device.dmaOps().setNull();
            site.dma().setUpIommuDma(device);
        }
    }

    private void releaseDevice(Device device) {
        if (ViommuMapper.tellsOfDetached(kernel)) {
            ViommuEndpoint.find(device).ifPresent(attaching::detach);
        }
    }

    private Group deviceGroup(Device device) {
        return device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
    }

    private static List<ResvRegion> regionsOf(Device device) {
        var regions = new ArrayList<>(ViommuEndpoint.of(device).regions());
        if (regions.stream().noneMatch(region -> region.type() == ResvRegion.Type.MSI)) {
            regions.add(SOFTWARE_MSI);
        }
        return regions;
    }

    // ---- for those who look

    /** What the driver has noted for a device. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return ViommuEndpoint.find(device).flatMap(endpoint -> endpoint.domain().get());
    }

    /** The unit, for a domain that has devices. */
    List<Device> unitsOf(IommuDomain domain) {
        return domain instanceof ViommuDomain own && own.endpoints().isSet()
                ? List.of(own.viommu().require().parent())
                : List.of();
    }
}
