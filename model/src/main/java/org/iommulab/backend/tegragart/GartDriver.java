package org.iommulab.backend.tegragart;

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
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.SpinLock;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The callbacks of tegra-gart (drivers/iommu/tegra-gart.c, v6.1 to v6.6). Attaching and detaching is bookkeeping: no
 * register is written. v6.7 deleted the driver (c46294490131); its table is empty from then on and nobody registers it.
 */
final class GartDriver extends SimObject {
    static final String NAME = "tegra-gart";
    private static final String FILE = "drivers/iommu/tegra-gart.c";
    private static final Term DOMAIN_ALLOC =
            Term.of("gart_iommu_domain_alloc", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("gart_iommu_domain_free", FILE);
    private static final Term PROBE = Term.function("gart_iommu_probe_device", FILE);
    private static final Term GENERIC_GROUP =
            Term.of("generic_device_group", "drivers/iommu/iommu.c", Operand.NONE, Operand.NONE, Operand.OBJECT);
    private static final Term OF_XLATE = Term.function("gart_iommu_of_xlate", FILE);
    private static final Term ATTACH = Term.function("gart_iommu_attach_dev", FILE);
    private static final Term DETACH = Term.function("gart_iommu_detach_dev", FILE);
    private static final Term SET_PLATFORM = Term.function("gart_iommu_set_platform_dma", FILE);
    private static final Term MAP = Term.of("gart_iommu_map", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("gart_iommu_unmap", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term SYNC_MAP = Term.function("gart_iommu_sync_map", FILE);
    private static final Term SYNC = Term.function("gart_iommu_sync", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("gart_iommu_iova_to_phys", FILE, Operand.HEX, Operand.NONE, Operand.HEX);
    private static final Term IN_USE = LogText.of("<3>gart: Page entry is in-use");
    private static final Term INVALID = LogText.of("<3>gart: Page entry is invalid");
    private static final String DEBUG = "tegra_gart.gart_debug";

    private final Kernel kernel;
    private final Site site;
    private final Device controller;
    private final Mmio registers;
    private final GartTable table;
    private final GartPages pages;
    private final DriverOps ops;
    private final IommuDevice instance;
    private final RefCell<IommuDomain> activeDomain;
    private final LongCell activeDevices;
    private final SpinLock domainLock;
    private final SpinLock entryLock;
    private final LongCell domains;

    /** @param controller the memory controller, which the GART is a part of */
    GartDriver(Site site, Device controller, Mmio registers) {
        super(site.kernel().machine());
        this.kernel = site.kernel();
        this.site = site;
        this.controller = controller;
        this.registers = registers;
        boolean debug = kernel.commandLine().parameter(DEBUG).orElse(false);
        this.table = new GartTable(
                registers,
                GartLayout.APERTURE,
                GartLayout.APERTURE + GartLayout.ENTRIES * GartLayout.PAGE,
                debug,
                this::complain);
        this.pages = new GartPages(kernel.machine());
        this.ops = new DriverOps(kernel, this::table);
        this.instance = new IommuDevice(controller, ops);
        this.activeDomain = new RefCell<>(this, Lane.DRIVER, Term.reference("gart.active_domain"), IommuDomain.class);
        this.activeDevices = new LongCell(this, Lane.DRIVER, Term.count("gart.active_devices"));
        this.domainLock = new SpinLock(kernel, this, "gart.dom_lock");
        this.entryLock = new SpinLock(kernel, this, "gart.pte_lock");
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
    }

    @Override
    public String label() {
        return NAME;
    }

    DriverOps ops() {
        return ops;
    }

    /** Whether this kernel still has the driver. */
    boolean isThere() {
        return !kernel.since(Version.V6_7);
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        if (!isThere()) {
            return OpsTable.named(NAME, "gart_iommu_ops, gone in v6.7").build();
        }
        var made = OpsTable.named(NAME, "gart_iommu_ops")
                .withPageSizes()
                .with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.DEVICE_GROUP, GENERIC_GROUP, (OpsTable.DeviceGroup)
                        device -> site.core().probing().newGroup())
                .with(Callback.OF_XLATE, OF_XLATE, (OpsTable.OfXlate) (device, iommu, cells) -> 0)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)
                .with(Callback.MAP, MAP, (OpsTable.MapOne) this::map)
                .with(Callback.UNMAP, UNMAP, (OpsTable.UnmapOne) (domain, iova, size, gather) -> unmap(iova, size))
                .with(Callback.IOTLB_SYNC_MAP, SYNC_MAP, (OpsTable.IotlbSyncMap) (domain, iova, size) -> settle())
                .with(Callback.IOTLB_SYNC, SYNC, (OpsTable.IotlbSync) (domain, gather) -> settle())
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys) this::iovaToPhys)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain) this::free);
        if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            made.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else {
            made.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detach);
        }
        return made.build();
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        return type == DomainType.UNMANAGED
                ? Optional.of(new GartDomain(kernel.machine(), (int) domains.add(1), pages))
                : Optional.empty();
    }

    /** There are no numbers to learn: of_xlate does nothing, but without an fwspec a device is not the GART's. */
    private OpsTable.Probed probeDevice(Device device) {
        return DevIommu.find(device).filter(DevIommu::hasFwspec).isPresent()
                ? OpsTable.Probed.ok(instance)
                : OpsTable.Probed.failed(Errno.ENODEV.negative());
    }

    // ---- probe

    /** tegra_gart_probe: 8192 entries are emptied one after the other, then the aperture is on. */
    long probe() {
        for (long iova = table.first(); iova < table.end(); iova += GartLayout.PAGE) {
            registers.write32(GartLayout.ENTRY_ADDR, (int) iova);
            registers.write32(GartLayout.ENTRY_DATA, 0);
        }
        registers.write32(GartLayout.CONFIG, GartLayout.ENABLE);
        settle();
        return site.core().probing().register(instance, site.bus().devices().toList());
    }

    /** FLUSH_GART_REGS: reading CONFIG makes sure that the writes before have arrived. There is no TLB. */
    private void settle() {
        registers.read32(GartLayout.CONFIG);
    }

    // ---- attaching

    private static Optional<SimObject> privOf(Device device) {
        return DevIommu.find(device).flatMap(data -> data.priv().get());
    }

    /** One active domain for the chip; another one is refused: -EBUSY, from v6.2 on -EINVAL. */
    private long attach(IommuDomain domain, Device device) {
        long[] error = new long[1];
        domainLock.with(() -> {
            if (!activeDomain.isNull() && !activeDomain.is(domain)) {
                error[0] = kernel.since(Version.V6_2) ? Errno.EINVAL.negative() : Errno.EBUSY.negative();
            } else if (privOf(device).filter(domain::equals).isEmpty()) {
                DevIommu.find(device).orElseThrow().priv().set(domain);
                activeDomain.set(domain);
                activeDevices.add(1);
            }
        });
        return error[0];
    }

    /** The entries stay as they are. */
    private void detach(IommuDomain domain, Device device) {
        domainLock.with(() -> {
            if (privOf(device).filter(domain::equals).isPresent()) {
                DevIommu.find(device).orElseThrow().priv().setNull();
                if (activeDevices.add(-1) == 0) {
                    activeDomain.setNull();
                }
            }
        });
    }

    /** gart_iommu_set_platform_dma: the same, for the domain that the core is about to forget. */
    private void setPlatformDma(Device device) {
        Group.of(device).flatMap(group -> group.domain().get()).ifPresent(domain -> detach(domain, device));
    }

    private void free(IommuDomain domain) {
        if (activeDomain.is(domain)) {
            kernel.log().warnOn(DOMAIN_FREE, domain);
        }
    }

    // ---- mappings: of the aperture, whichever domain asks

    private long map(IommuDomain domain, long iova, long physical, long size, int prot) {
        long[] error = new long[1];
        entryLock.with(() -> {
            error[0] = table.map(iova, physical, size);
            if (error[0] == 0) {
                pages.mapped((GartDomain) domain, iova, physical);
            }
        });
        return error[0];
    }

    private long unmap(long iova, long size) {
        long[] bytes = new long[1];
        entryLock.with(() -> {
            bytes[0] = table.unmap(iova, size);
            if (bytes[0] != 0) {
                pages.unmapped(iova);
            }
        });
        return bytes[0];
    }

    private long iovaToPhys(IommuDomain domain, long iova) {
        long[] physical = new long[1];
        entryLock.with(() -> physical[0] = table.iovaToPhys(iova));
        return physical[0];
    }

    private void complain(GartTable.Complaint complaint) {
        Term line = switch (complaint) {
            case IN_USE -> IN_USE;
            case INVALID -> INVALID;
        };
        kernel.log().line(line, controller, 0, 0);
    }

    // ---- for those who look

    /** Which domain the driver has noted for a device: its private pointer. */
    Optional<IommuDomain> notedDomain(Device device) {
        return DevIommu.find(device)
                        .filter(data -> data.instance().is(instance))
                        .isPresent()
                ? privOf(device).map(IommuDomain.class::cast)
                : Optional.empty();
    }

    /** The memory controller, for the active domain. */
    List<Device> clientsOf(IommuDomain domain) {
        return activeDomain.is(domain) ? List.of(controller) : List.of();
    }
}
