package org.iommulab.backend.tegrasmmu;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.IommuSpec;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.GroupName;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.StaticDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of tegra-smmu (drivers/iommu/tegra-smmu.c, v6.1 to v6.12). It never had a default domain of its own
 * choice: none up to v6.6, identity from v6.7 on.
 */
final class TegraSmmuDriver {
    static final String NAME = "tegra-smmu";
    private static final String FILE = "drivers/iommu/tegra-smmu.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("tegra_smmu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_ALLOC_PAGING =
            Term.of("tegra_smmu_domain_alloc_paging", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term IDENTITY_DOMAIN = Term.reference("tegra_smmu_identity_domain");
    private static final Term IDENTITY_ATTACH = Term.function("tegra_smmu_identity_attach", FILE);
    private static final Term DEF_DOMAIN_TYPE = Term.function("tegra_smmu_def_domain_type", FILE);
    private static final Term DOMAIN_FREE = Term.function("tegra_smmu_domain_free", FILE);
    private static final Term PROBE = Term.function("tegra_smmu_probe_device", FILE);
    private static final Term CONFIGURE = Term.function("tegra_smmu_configure", FILE);
    private static final Term GROUP =
            Term.of("tegra_smmu_device_group", FILE, Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("tegra_smmu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("tegra_smmu_attach_dev", FILE);
    private static final Term DETACH = Term.function("tegra_smmu_detach_dev", FILE);
    private static final Term SET_PLATFORM = Term.function("tegra_smmu_set_platform_dma", FILE);
    private static final Term MAP = Term.of("tegra_smmu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("tegra_smmu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term IOVA_TO_PHYS =
            Term.of("tegra_smmu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term NOT_PARSED = LogText.of("<3>failed to parse SW group ID: %d");
    private static final Term NOT_IN_USE = Term.reference("as.smmu");

    private final Kernel kernel;
    private final Site site;
    private final DriverOps ops;
    private final TegraSmmuData smmu;
    private final Optional<StaticDomain> identity;
    private final LongCell domains;
    private final WarnOnce freedInUse;

    /** @param device the memory controller, which the SMMU is a part of */
    TegraSmmuDriver(Site site, Device device, TegraSmmuChip chip, Mmio registers) {
        this.kernel = site.kernel();
        this.site = site;
        this.ops = new DriverOps(kernel, this::table);
        this.smmu = new TegraSmmuData(kernel, new IommuDevice(device, ops), chip, registers);
        this.identity = kernel.since(Version.V6_7) ? Optional.of(makeIdentityDomain()) : Optional.empty();
        this.domains = new LongCell(ops, Lane.DRIVER, Term.count("domains made"));
        this.freedInUse = new WarnOnce(kernel, DOMAIN_FREE);
    }

    private StaticDomain makeIdentityDomain() {
        return ops.makeStatic(
                IDENTITY_DOMAIN.name(),
                DomainType.IDENTITY,
                "tegra_smmu_identity_ops",
                IDENTITY_ATTACH,
                (domain, device) -> identityAttach(device));
    }

    DriverOps ops() {
        return ops;
    }

    TegraSmmuData smmu() {
        return smmu;
    }

    /** The table that the kernel's source has at this level. The series kept the driver whole: it never regressed. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "tegra_smmu_ops")
                .withPageSizes()
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroup) this::group)
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> ofXlate(device))
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.since(Version.V6_7)) {
            return table.with(Callback.IDENTITY_DOMAIN, IDENTITY_DOMAIN, (OpsTable.DomainPointer)
                            () -> identity.orElseThrow())
                    .with(Callback.DEF_DOMAIN_TYPE, DEF_DOMAIN_TYPE, (OpsTable.DefDomainType)
                            device -> Optional.of(DomainType.IDENTITY))
                    .with(Callback.DOMAIN_ALLOC_PAGING, DOMAIN_ALLOC_PAGING, (OpsTable.DomainAllocPaging)
                            device -> Optional.of(newDomain()))
                    // with a count, which they ignore: one page a call
                    .with(Callback.MAP_PAGES, MAP, (OpsTable.MapPages) (domain, iova, physical, size, count, prot) ->
                            new OpsTable.Mapped(map(domain, iova, physical, prot), size))
                    .with(Callback.UNMAP_PAGES, UNMAP, (OpsTable.UnmapPages)
                            (domain, iova, size, count, gather) -> unmap(domain, iova, size))
                    .build();
        }
        table.with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc)
                        type -> type == DomainType.UNMANAGED ? Optional.of(newDomain()) : Optional.empty())
                .with(Callback.MAP, MAP, (OpsTable.MapOne)
                        (domain, iova, physical, size, prot) -> map(domain, iova, physical, prot))
                .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne)
                        (domain, iova, size, gather) -> unmap(domain, iova, size));
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detach);
        }
        return table.build();
    }

    private IommuDomain newDomain() {
        return new TegraSmmuDomain(site, (int) domains.add(1), smmu.chip());
    }

    /** Directory and page tables are not freed; that is a TODO of the driver. */
    private void free(IommuDomain freed) {
        if (((TegraSmmuDomain) freed).useCount().isSet()) {
            freedInUse.fire(freed);
        }
    }

    // ---- devices

    /**
     * tegra_smmu_probe_device reads the {@code iommus} property itself, because up to v6.7 the bus is walked before
     * of_iommu_configure comes to a device. From v6.8 on that has read it already, and each number is there twice
     * (follows from both functions; nobody has reported it, so it is unverified): an attach does everything twice then.
     */
    private OpsTable.Probed probeDevice(Device device) {
        for (IommuSpec spec : TegraSmmuMaster.entries(device, smmu)) {
            long error = kernel.driverCall(CONFIGURE, device, () -> configure(device, spec));
            if (error != 0) {
                return OpsTable.Probed.failed(error);
            }
        }
        return TegraSmmuMaster.of(device).isPresent()
                ? OpsTable.Probed.ok(smmu.instance())
                : OpsTable.Probed.failed(Errno.ENODEV.negative());
    }

    private long configure(Device device, IommuSpec spec) {
        DevIommu.find(device).orElseThrow().initFwspec();
        long error = ops.ofXlate(device, smmu.instance(), spec.cells());
        if (error != 0) {
            kernel.log().line(NOT_PARSED, device, error, 0);
        }
        return error;
    }

    private long ofXlate(Device device) {
        TegraSmmuMaster.add(device, smmu);
        return 0;
    }

    /** Only the first software group counts: those that the chip lists together share a group, others have their own. */
    private Group group(Device device) {
        int first = TegraSmmuMaster.of(device).orElseThrow().swGroups().getFirst();
        boolean together = smmu.chip().together().contains(first);
        var found = new Group[1];
        smmu.lock()
                .run(() -> found[0] = smmu.groups().toList().stream()
                        .filter(known -> !known.group().gone().get() && known.takes(first, together))
                        .findFirst()
                        .map(TegraSmmuGroup::group)
                        .orElseGet(() -> {
                            Group made = newGroup(device);
                            if (together) {
                                GroupName.set(kernel, made, smmu.chip().togetherName());
                            }
                            smmu.groups().add(new TegraSmmuGroup(made, first, together));
                            return made;
                        }));
        return found[0];
    }

    private Group newGroup(Device device) {
        return device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
    }

    // ---- attaching

    /**
     * tegra_smmu_attach_dev: each software group is a use of the address space. Nothing is taken from the domain before:
     * whoever does not come from "no domain" or identity leaves a use, and with it a number, behind for ever.
     */
    private long attach(IommuDomain attached, Device device) {
        Optional<TegraSmmuMaster> master = TegraSmmuMaster.of(device);
        if (master.isEmpty()) {
            return Errno.ENOENT.negative();
        }
        var as = (TegraSmmuDomain) attached;
        List<Integer> swGroups = master.get().swGroups();
        for (int i = 0; i < swGroups.size(); i++) {
            long error = smmu.prepare(as);
            if (error != 0) {
                leave(as, device, swGroups.subList(0, i).reversed());
                return error;
            }
            smmu.enable(device, swGroups.get(i), as);
        }
        return swGroups.isEmpty() ? Errno.ENODEV.negative() : 0;
    }

    private void leave(TegraSmmuDomain as, Device device, List<Integer> swGroups) {
        for (int swGroup : swGroups) {
            smmu.disable(device, swGroup, as);
            smmu.unprepare(as);
        }
    }

    /** tegra_smmu_detach_dev: the device's accesses go untranslated. */
    private void detach(IommuDomain domain, Device device) {
        TegraSmmuMaster.of(device).ifPresent(master -> leave((TegraSmmuDomain) domain, device, master.swGroups()));
    }

    /** tegra_smmu_set_platform_dma: the same, for the domain that the core is about to forget. */
    private void setPlatformDma(Device device) {
        Group.of(device).flatMap(group -> group.domain().get()).ifPresent(domain -> detach(domain, device));
    }

    /** tegra_smmu_identity_attach: the same again, for the domain that the core has not left yet. */
    private long identityAttach(Device device) {
        if (TegraSmmuMaster.of(device).isEmpty()) {
            return Errno.ENODEV.negative();
        }
        Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(domain -> domain != identity.orElseThrow())
                .ifPresent(domain -> detach(domain, device));
        return 0;
    }

    // ---- mappings

    /** The driver finds the SMMU through the address space, without a test: one that is not in use has none. */
    private TegraSmmuDomain inUse(IommuDomain domain) {
        var as = (TegraSmmuDomain) domain;
        if (as.smmu().isNull()) {
            throw kernel.log().nullAccess(NOT_IN_USE, domain);
        }
        return as;
    }

    private long map(IommuDomain domain, long iova, long physical, int prot) {
        var as = (TegraSmmuDomain) domain;
        as.tableLock().with(() -> inUse(as).pages().mapOne(iova, physical, prot));
        return 0;
    }

    private long unmap(IommuDomain domain, long iova, long size) {
        var as = (TegraSmmuDomain) domain;
        long[] bytes = new long[1];
        as.tableLock().with(() -> {
            if (as.pages().hasTable(iova)) {
                bytes[0] = inUse(as).pages().unmapOne(iova) ? size : 0;
            }
        });
        return bytes[0];
    }

    private long iovaToPhys(IommuDomain domain, long iova) {
        var as = (TegraSmmuDomain) domain;
        return as.pages().hasTable(iova) ? inUse(as).lookUp(iova) : 0;
    }

    // ---- for those who look

    /** The memory controller, for an address space in use. */
    List<Device> clientsOf(IommuDomain domain) {
        return domain instanceof TegraSmmuDomain as
                ? as.smmu().get().map(TegraSmmuData::device).stream().toList()
                : List.of();
    }
}
