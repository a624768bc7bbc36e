package org.iommulab.backend.rockchip;

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
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of rockchip-iommu at every level that the lab knows (drivers/iommu/rockchip-iommu.c, v6.1 to v6.12). What
 * stable releases of 6.12 added in 2025 is not here.
 */
final class RockchipDriver {
    static final String NAME = "rockchip";
    private static final String FILE = RockchipIommu.FILE;
    private static final Term DOMAIN_ALLOC =
            Term.of("rk_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("rk_iommu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("rk_iommu_domain_free", FILE);
    private static final Term IDENTITY_DOMAIN = Term.reference("rk_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("rk_iommu_identity_attach", FILE);
    private static final Term IDENTITY_FREE = Term.function("rk_iommu_identity_free", FILE);
    private static final Term PROBE = Term.function("rk_iommu_probe_device", FILE);
    private static final Term RELEASE = Term.function("rk_iommu_release_device", FILE);
    private static final Term OWN_GROUP =
            Term.of("rk_iommu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term SINGLE_GROUP =
            Term.of("generic_single_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("rk_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("rk_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("rk_iommu_detach_device", FILE);
    private static final Term SET_PLATFORM = Term.function("rk_iommu_set_platform_dma", FILE);
    private static final Term MAP = Term.of("rk_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("rk_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("rk_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term ATTACHING = LogText.of("<7>Attaching to iommu domain");
    private static final Term DETACHING = LogText.of("<7>Detaching from iommu domain");

    private final Kernel kernel;
    private final Site site;
    private final RockchipUnits units;
    private final DriverOps ops;
    private final Optional<StaticDomain> identity;
    private final WarnOnce attachWithoutPm;
    private final WarnOnce detachWithoutPm;

    /** What the callbacks want from the driver of the IOMMUs' own devices. */
    interface RockchipUnits {
        /** platform_get_drvdata. */
        RockchipIommu iommuOf(Device device);

        /** A new domain; empty before the first IOMMU was probed. */
        Optional<IommuDomain> newDomain();
    }

    RockchipDriver(Site site, RockchipUnits units) {
        this.kernel = site.kernel();
        this.site = site;
        this.units = units;
        this.attachWithoutPm = new WarnOnce(kernel, ATTACH);
        this.detachWithoutPm = new WarnOnce(kernel, hasIdentityDomain() ? IDENTITY_ATTACH : DETACH);
        this.ops = new DriverOps(kernel, this::table);
        this.identity = hasIdentityDomain() ? Optional.of(makeIdentityDomain()) : Optional.empty();
    }

    // 25c2325575cc: one identity domain in the place of NULL, and set_platform_dma_ops with it
    private boolean hasIdentityDomain() {
        return kernel.has(Behaviour.ROCKCHIP_SET_PLATFORM_DMA);
    }

    private StaticDomain makeIdentityDomain() {
        OpsTable.Builder own = OpsTable.named(NAME, "rk_identity_ops")
                .with(Callback.ATTACH_DEV, IDENTITY_ATTACH, (OpsTable.AttachDev)
                        (domain, device) -> identityAttach(device));
        if (!kernel.since(Version.V6_7)) {
            own.with(Callback.FREE, IDENTITY_FREE, (OpsTable.OnDomain) domain -> {}); // free is called without a test
        }
        return new StaticDomain(
                kernel.machine(), "rk_identity_domain", DomainType.IDENTITY, ops.ofStaticDomain(own.build()));
    }

    DriverOps ops() {
        return ops;
    }

    /** What an IOMMU's {@code domain} is when nothing is attached: the identity domain, or NULL before there was one. */
    Optional<StaticDomain> identity() {
        return identity;
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "rk_iommu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.RELEASE_DEVICE, RELEASE, (OpsTable.OnDevice) this::releaseDevice)
                .with(
                        Callback.DEVICE_GROUP,
                        kernel.since(Version.V6_7) ? SINGLE_GROUP : OWN_GROUP,
                        (OpsTable.DeviceGroup) this::group)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> ofXlate(device, iommu))
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> ((RockchipDomain) domain).iovaToPhys(iova))
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.since(Version.V6_7)) {
            return since67(table).build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.MAP, MAP, (OpsTable.MapOne) RockchipDriver::map)
                .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                        (domain, iova, size, gather) -> unmap(domain, iova, size));
        // The fix made another function of rk_iommu_detach_device: without P1 the entry is gone with it.
        if (!kernel.has(Behaviour.DRIVERS_WITHOUT_DETACH_DEV) && !hasIdentityDomain()) {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detach);
        }
        if (kernel.config("ARM") && hasIdentityDomain()) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        }
        return table.build();
    }

    // map and unmap have got a count, which they ignore: one call, one size
    private OpsTable.Builder since67(OpsTable.Builder table) {
        return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                        () -> identity.orElseThrow())
                .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                        device -> units.newDomain())
                .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, size, count, prot) -> {
                    long error = map(domain, iova, physical, size, prot);
                    return new OpsTable.Mapped(error, error == 0 ? size : 0);
                })
                .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                        (domain, iova, size, count, gather) -> unmap(domain, iova, size));
    }

    // ---- domains

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return switch (type) {
            case DMA, UNMANAGED -> units.newDomain();
            case IDENTITY -> identity.map(domain -> domain);
            case BLOCKED, DMA_FQ, PLATFORM, SVA, NESTED -> Optional.empty();
        };
    }

    /** rk_iommu_domain_free: a bank that still points at the directory is not told. */
    private void free(IommuDomain freed) {
        var domain = (RockchipDomain) freed;
        if (domain.isInUse()) {
            kernel.log().warnOn(DOMAIN_FREE, domain);
        }
        domain.freeTables();
    }

    private static long map(IommuDomain domain, long iova, long physical, long size, int prot) {
        return ((RockchipDomain) domain).map(iova, physical, size, prot);
    }

    private static long unmap(IommuDomain domain, long iova, long size) {
        return ((RockchipDomain) domain).unmap(iova, size);
    }

    // ---- devices

    /**
     * rk_iommu_of_xlate. With the identity domain came an assignment that forgets what another master of the same IOMMU
     * has attached (until 62e062a29ad5 in 2025).
     */
    private long ofXlate(Device device, IommuDevice instance) {
        RockchipIommu iommu = units.iommuOf(instance.device());
        identity.ifPresent(iommu.domain()::set);
        DevIommu.find(device).orElseThrow().priv().set(new RockchipData(device, iommu));
        return 0;
    }

    private OpsTable.Probed probeDevice(Device device) {
        return RockchipData.of(device)
                .map(data -> {
                    data.link().set(site.links().add(device, data.iommu().device()));
                    return OpsTable.Probed.ok(data.iommu().instance());
                })
                .orElseGet(() -> OpsTable.Probed.failed(Errno.ENODEV.negative()));
    }

    /** rk_iommu_release_device: the link goes; bank and list stay as they are. */
    private void releaseDevice(Device device) {
        RockchipData.of(device).flatMap(data -> data.link().get()).ifPresent(site.links()::delete);
    }

    /** One group for all masters of an IOMMU, to which driver or core hold a reference. */
    private Group group(Device device) {
        return site.kernel().since(Version.V6_7)
                ? site.core().probing().singleDeviceGroup(device)
                : RockchipData.of(device).orElseThrow().iommu().group().require();
    }

    // ---- attach and detach

    /** rk_iommu_attach_device: a suspended IOMMU is only told; its resume does the rest. */
    private long attach(IommuDomain attached, Device device) {
        Optional<RockchipIommu> found = RockchipData.of(device).map(RockchipData::iommu);
        if (found.isEmpty()) {
            return 0; // a device without an IOMMU of its own, such as the display subsystem
        }
        RockchipIommu iommu = found.get();
        var domain = (RockchipDomain) attached;
        kernel.log().line(ATTACHING, device, 0, 0);
        if (iommu.domain().is(domain)) {
            return 0;
        }
        leave(iommu, device);
        iommu.domain().set(domain);
        domain.add(iommu);
        long[] error = new long[1];
        iommu.ifInUse(attachWithoutPm, () -> {
            error[0] = iommu.enable();
            if (error[0] != 0) {
                leave(iommu, device);
            }
        });
        return error[0];
    }

    private void leave(RockchipIommu iommu, Device device) {
        if (hasIdentityDomain()) {
            kernel.driverCall(IDENTITY_ATTACH, device, () -> identityAttach(device));
        } else {
            iommu.domain().get().ifPresent(old -> kernel.driverRun(DETACH, device, () -> detach(old, device)));
        }
    }

    /** rk_iommu_detach_device, up to v6.3. */
    private void detach(IommuDomain detached, Device device) {
        RockchipData.of(device).map(RockchipData::iommu).ifPresent(iommu -> {
            kernel.log().line(DETACHING, device, 0, 0);
            if (iommu.domain().is(detached)) {
                switchOff(iommu, (RockchipDomain) detached);
            }
        });
    }

    /** rk_iommu_identity_attach, from v6.4 on: what detach was, but with a result. */
    private long identityAttach(Device device) {
        Optional<RockchipIommu> found = RockchipData.of(device).map(RockchipData::iommu);
        if (found.isEmpty()) {
            return Errno.ENODEV.negative();
        }
        kernel.log().line(DETACHING, device, 0, 0);
        IommuDomain attached = found.get().domain().require();
        if (attached instanceof RockchipDomain domain) {
            switchOff(found.get(), domain);
        }
        return 0;
    }

    private void switchOff(RockchipIommu iommu, RockchipDomain domain) {
        iommu.domain().set(identity);
        domain.remove(iommu);
        iommu.ifInUse(detachWithoutPm, iommu::disable);
    }

    /** rk_iommu_set_platform_dma, 32-bit ARM only. */
    private void setPlatformDma(Device device) {
        if (kernel.driverCall(IDENTITY_ATTACH, device, () -> identityAttach(device)) != 0) {
            kernel.log().warnOn(SET_PLATFORM, device);
        }
    }

    // ---- for those who look

    static Optional<IommuDomain> notedDomain(Device device) {
        return RockchipData.of(device).flatMap(data -> data.iommu().domain().get());
    }

    static List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof RockchipDomain rockchip
                ? rockchip.iommus().stream().map(RockchipIommu::device).toList()
                : List.of();
    }
}
