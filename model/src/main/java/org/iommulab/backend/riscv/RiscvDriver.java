package org.iommulab.backend.riscv;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of the RISC-V IOMMU driver as it was merged for v6.13 (drivers/iommu/riscv/iommu.c). There is no capable,
 * so VFIO refuses its devices, and no detach_dev: to leave a domain is to attach the identity or the blocking one. On
 * kernels without the driver the table is empty.
 */
final class RiscvDriver {
    static final String NAME = "riscv";
    private static final String FILE = RiscvDevice.FILE;
    private static final Term OF_XLATE = Term.function("riscv_iommu_of_xlate", FILE);
    private static final Term PROBE = Term.function("riscv_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("riscv_iommu_release_device", FILE);
    private static final Term GROUP =
            Term.of("riscv_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term ALLOC =
            Term.of("riscv_iommu_alloc_paging_domain", FILE, Operand.OBJECT, Operand.NONE, Operand.OBJECT);
    private static final Term FREE = Term.function("riscv_iommu_free_paging_domain", FILE);
    private static final Term ATTACH = Term.function("riscv_iommu_attach_paging_domain", FILE);
    private static final Term ATTACH_IDENTITY = Term.function("riscv_iommu_attach_identity_domain", FILE);
    private static final Term ATTACH_BLOCKING = Term.function("riscv_iommu_attach_blocking_domain", FILE);
    private static final Term IDENTITY_DOMAIN = Term.reference("riscv_iommu_identity_domain");
    private static final Term BLOCKING_DOMAIN = Term.reference("riscv_iommu_blocking_domain");
    private static final Term MAP = Term.of("riscv_iommu_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("riscv_iommu_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC = Term.function("riscv_iommu_iotlb_sync", FILE);
    private static final Term FLUSH_ALL = Term.function("riscv_iommu_iotlb_flush_all", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("riscv_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term NO_ENTRY = Term.reference("the entry that riscv_iommu_pte_fetch did not find");
    private static final Term NO_DEVICE = Term.reference("dev.iommu in riscv_iommu_alloc_paging_domain");
    private static final Term ATTACHED_ALREADY = LogText.of("<4>already attached to IOMMU device directory");
    private static final Term NO_MODE = LogText.of("<3>cannot find supported page table mode");

    private final Kernel kernel;
    private final Site site;
    private final RiscvDevices units;
    private final DriverOps ops;
    private final RiscvPscids pscids;
    private final StaticDomain identity;
    private final StaticDomain blocking;
    private final LongCell domains;

    /** What the callbacks ask of the platform driver. */
    interface RiscvDevices {
        /** The unit that the device tree names for a device, once its driver data is set. */
        Optional<RiscvDevice> unitOf(Device device);

        IommuDevice instanceOf(RiscvDevice iommu);
    }

    RiscvDriver(Site site, RiscvDevices units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.ops = new DriverOps(kernel, this::table);
        this.pscids = new RiscvPscids(ops);
        this.identity = ops.makeStatic(
                "riscv_iommu_identity_domain",
                DomainType.IDENTITY,
                "riscv_iommu_identity_domain.ops",
                ATTACH_IDENTITY,
                (_, device) -> attachStatic(device, true));
        this.blocking = ops.makeStatic(
                "riscv_iommu_blocking_domain",
                DomainType.BLOCKED,
                "riscv_iommu_blocking_domain.ops",
                ATTACH_BLOCKING,
                (_, device) -> attachStatic(device, false));
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
    }

    /** Whether this kernel has the driver. */
    static boolean isIn(Kernel kernel) {
        return kernel.has(Behaviour.RISCV_IOMMU);
    }

    DriverOps ops() {
        return ops;
    }

    OpsTable table() {
        var table = OpsTable.named(NAME, "riscv_iommu_ops");
        if (!isIn(kernel)) {
            return table.build();
        }
        return table.withPageSizes()
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, _, cells) -> ofXlate(device, cells))
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) _ -> {})
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup) this::deviceGroup)
                .with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer) this::identity)
                .with(Callback.BLOCKED_DOMAIN, BLOCKING_DOMAIN, (OpsTable.DomainPointer) this::blocking)
                .with(Callback.RELEASE_DOMAIN, BLOCKING_DOMAIN, (OpsTable.DomainPointer) this::blocking)
                .with(Callback.DOMAIN_ALLOC_PAGING, ALLOC, (OpsTable.DomainAllocPaging) this::allocate)
                .with(Callback.FREE, FREE, (OpsTable.OnDomain) this::free)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, size, count, prot) ->
                        ((RiscvDomain) domain).map(iova, physical, size, count, prot))
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                        (domain, iova, size, count, gather) -> ((RiscvDomain) domain).unmap(iova, size, count, gather))
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync)
                        (domain, gather) -> ((RiscvDomain) domain).bonding().forget(gather.start(), gather.end()))
                .with(Callback.FLUSH_IOTLB_ALL, FLUSH_ALL, (OpsTable.OnDomain)
                        domain -> ((RiscvDomain) domain).bonding().forgetAll())
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .build();
    }

    private StaticDomain identity() {
        return identity;
    }

    private StaticDomain blocking() {
        return blocking;
    }

    // ---- devices

    private static long ofXlate(Device device, List<Integer> cells) {
        DevIommu.find(device).orElseThrow().ids().add(cells.isEmpty() ? 0 : cells.getFirst());
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        DevIommu data = DevIommu.find(device).orElseThrow();
        Optional<RiscvDevice> unit = units.unitOf(device);
        List<Integer> ids = data.ids().toList();
        if (!data.hasFwspec() || ids.isEmpty() || unit.isEmpty() || unit.get().levels() == 0) {
            return OpsTable.Probed.failed(Errno.ENODEV.negative());
        }
        RiscvDevice iommu = unit.get();
        long tc = iommu.caps().has(RiscvCaps.AMO_HWAD) ? RiscvDc.SADE : 0;
        for (int id : ids) {
            OptionalLong context = iommu.directory().context(id);
            if (context.isEmpty()) {
                return OpsTable.Probed.failed(Errno.ENODEV.negative());
            }
            if ((iommu.directory().tc(context.getAsLong()) & RiscvDc.V) != 0) {
                kernel.log().line(ATTACHED_ALREADY, device, 0, 0);
            }
            iommu.directory().setTc(context.getAsLong(), tc);
        }
        data.priv().set(new RiscvInfo(device, iommu, ids));
        return OpsTable.Probed.ok(units.instanceOf(iommu));
    }

    private Group deviceGroup(Device device) {
        return device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
    }

    // ---- domains

    /** Nobody must ask without a device. The largest kind of table is taken that the device's unit walks. */
    private Optional<IommuDomain> allocate(Optional<Device> device) {
        Device asking = device.orElseThrow(() -> kernel.log().nullAccess(NO_DEVICE, ops));
        RiscvDevice iommu = RiscvInfo.of(asking).orElseThrow().iommu();
        int levels = iommu.caps().mostLevels();
        if (levels == 0) {
            kernel.log().line(NO_MODE, asking, 0, 0);
            return Optional.empty();
        }
        int pscid = pscids.allocate();
        if (pscid == 0) {
            return Optional.empty();
        }
        var format = new RiscvFormat(levels, iommu.caps().has(RiscvCaps.AMO_HWAD));
        return Optional.of(new RiscvDomain(site, (int) domains.add(1), pscid, format));
    }

    private void free(IommuDomain freed) {
        var domain = (RiscvDomain) freed;
        if (!domain.bonds().isEmpty()) {
            kernel.log().warnOn(FREE, domain);
        }
        pscids.free(domain.pscid());
        domain.table().free();
    }

    private long attach(IommuDomain attached, Device device) {
        var domain = (RiscvDomain) attached;
        RiscvInfo info = RiscvInfo.of(device).orElseThrow();
        int levels = domain.format().levels();
        if (!info.iommu().caps().supports(levels)) {
            return Errno.ENODEV.negative();
        }
        domain.bonding().link(info);
        info.iommu()
                .directory()
                .update(info.ids(), RiscvDc.fsc(levels, domain.tableBase()), RiscvDc.ta(domain.pscid()), true);
        info.domain().get().ifPresent(old -> old.bonding().unlink(info));
        info.domain().set(domain);
        return 0;
    }

    /** Identity: valid without a first stage. Blocking: not valid, so that every access faults with cause 258. */
    private long attachStatic(Device device, boolean valid) {
        RiscvInfo info = RiscvInfo.of(device).orElseThrow();
        info.iommu().directory().update(info.ids(), 0, 0, valid);
        info.domain().get().ifPresent(old -> old.bonding().unlink(info));
        info.domain().setNull();
        return 0;
    }

    /** In v6.13 whether an entry was found is not asked: of an address that nothing is mapped at it must not be called. */
    private long iovaToPhys(IommuDomain domain, long iova) {
        long address = ((RiscvDomain) domain).table().translate(iova);
        if (address == Translation.NOT_MAPPED) {
            throw kernel.log().nullAccess(NO_ENTRY, domain);
        }
        return address;
    }

    // ---- for those who look

    static Optional<IommuDomain> notedDomain(Device device) {
        return RiscvInfo.of(device).flatMap(info -> info.domain().get());
    }

    static List<Device> unitsOf(IommuDomain domain) {
        return domain instanceof RiscvDomain riscv
                ? riscv.units().stream().map(RiscvDevice::device).toList()
                : List.of();
    }
}
