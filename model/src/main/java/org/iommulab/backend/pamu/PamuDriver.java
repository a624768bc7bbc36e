package org.iommulab.backend.pamu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
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
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The callbacks of fsl_pamu at every level that the lab knows (drivers/iommu/fsl_pamu_domain.c, v6.1 to v6.12). */
final class PamuDriver extends SimObject {
    static final String NAME = "fsl_pamu";
    private static final String FILE = "drivers/iommu/fsl_pamu_domain.c";
    private static final Term CAPABLE = Term.function("fsl_pamu_capable", FILE);
    private static final Term DOMAIN_ALLOC =
            Term.of("fsl_pamu_domain_alloc", FILE, Term.Operand.DECIMAL, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term DOMAIN_FREE = Term.function("fsl_pamu_domain_free", FILE);
    private static final Term PROBE = Term.function("fsl_pamu_probe_device", FILE);
    private static final Term GROUP =
            Term.of("fsl_pamu_device_group", FILE, Term.Operand.NONE, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term ATTACH = Term.function("fsl_pamu_attach_device", FILE);
    private static final Term DETACH = Term.function("fsl_pamu_detach_device", FILE);
    private static final Term SET_PLATFORM = Term.function("fsl_pamu_set_platform_dma", FILE);
    private static final Term PLATFORM_DOMAIN = Term.reference("fsl_pamu_platform_domain");
    private static final Term PLATFORM_ATTACH = Term.function("fsl_pamu_platform_attach", FILE);
    private static final Term IOVA_TO_PHYS =
            Term.of("fsl_pamu_iova_to_phys", FILE, Term.Operand.HEX, Term.Operand.NONE, Term.Operand.HEX);
    private static final Term PRIV = Term.reference("dev.iommu.priv");
    private static final Term INVALID =
            LogText.of("<7>fsl-pamu-domain: fsl_pamu_attach_device: Invalid liodn %d, attach device failed for %o");

    private final Kernel kernel;
    private final IommuCore core;
    private final PamuTables tables;
    private final Map<String, List<Integer>> liodns;
    private final SpinLock iommuLock;
    private final SpinLock deviceDomainLock;
    private final LongCell domains;
    private final DriverOps ops;
    private final IommuDevice instance;
    private final Optional<StaticDomain> platform;

    /**
     * @param pamu the platform device of all PAMUs; the driver has one instance for them
     * @param liodns the property {@code fsl,liodn} of each device that has it
     */
    PamuDriver(Kernel kernel, IommuCore core, PamuTables tables, Device pamu, Map<String, List<Integer>> liodns) {
        super(kernel.machine());
        this.kernel = kernel;
        this.core = core;
        this.tables = tables;
        this.liodns = liodns;
        this.iommuLock = new SpinLock(kernel, this, "iommu_lock");
        this.deviceDomainLock = new SpinLock(kernel, this, "device_domain_lock");
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        this.ops = new DriverOps(kernel, this::table);
        this.instance = IommuDevice.withoutFirmwareNode(pamu, ops);
        this.platform = kernel.since(Version.V6_7) ? Optional.of(makePlatformDomain()) : Optional.empty();
    }

    private StaticDomain makePlatformDomain() {
        return ops.makeStatic(
                "fsl_pamu_platform_domain",
                DomainType.PLATFORM,
                "fsl_pamu_platform_ops",
                PLATFORM_ATTACH,
                (domain, device) -> platformAttach(device));
    }

    @Override
    public String label() {
        return NAME;
    }

    DriverOps ops() {
        return ops;
    }

    IommuDevice instance() {
        return instance;
    }

    /** The table that the kernel's source has at this level, before anybody removes an entry. */
    OpsTable table() {
        var table = OpsTable.named(NAME, "fsl_pamu_ops")
                .with(Callback.CAPABLE, CAPABLE, (OpsTable.Capable)
                        (device, capability) -> capability == OpsTable.Capability.CACHE_COHERENCY)
                .with(Callback.DOMAIN_ALLOC, DOMAIN_ALLOC, (OpsTable.DomainAlloc) this::domainAlloc)
                .with(Callback.PROBE_DEVICE, PROBE, (OpsTable.ProbeDevice) this::probeDevice)
                .with(Callback.DEVICE_GROUP, GROUP, (OpsTable.DeviceGroupOrErrno) this::deviceGroup)
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attachDevice)
                .with(Callback.IOVA_TO_PHYS, IOVA_TO_PHYS, (OpsTable.IovaToPhys)
                        (domain, iova) -> Long.compareUnsigned(iova, domain.apertureEnd()) <= 0 ? iova : 0)
                .with(Callback.FREE, DOMAIN_FREE, (OpsTable.OnDomain)
                        domain -> detachAll((PamuDomain) domain, Optional.empty()));
        if (kernel.since(Version.V6_7)) {
            table.with(Callback.DEFAULT_DOMAIN, PLATFORM_DOMAIN, (OpsTable.DomainPointer) () -> platform.orElseThrow());
        } else if (kernel.has(Behaviour.DRIVERS_SET_PLATFORM_DMA)) {
            table.with(Callback.SET_PLATFORM_DMA_OPS, SET_PLATFORM, (OpsTable.OnDevice) this::setPlatformDma);
        } else {
            table.with(Callback.DETACH_DEV, DETACH, (OpsTable.DetachDev) this::detachDevice);
        }
        return table.build();
    }

    /** fsl_pamu_probe_device: any device up to v6.6, then one with a number (seen in v6.12; v6.7 unverified). */
    private OpsTable.Probed probeDevice(Device device) {
        return kernel.since(Version.V6_7) && !liodns.containsKey(device.label())
                ? OpsTable.Probed.failed(Errno.ENODEV.negative())
                : OpsTable.Probed.ok(instance());
    }

    private Optional<IommuDomain> domainAlloc(DomainType type) {
        if (type != DomainType.UNMANAGED) {
            return Optional.empty();
        }
        domains.setQuietly(domains.get() + 1);
        return Optional.of(new PamuDomain(kernel, (int) domains.get(), tables));
    }

    /**
     * fsl_pamu_device_group: a group for each device with a number. Up to v6.6 probe_device took any device, and the group is
     * made here (seen in v6.1 and v6.12; v6.7 unverified). The board has no PCI, whose functions are grouped by what their
     * controller can tell apart.
     */
    private OpsTable.Grouped deviceGroup(Device device) {
        if (kernel.since(Version.V6_7)) {
            return OpsTable.Grouped.ok(core.probing().genericDeviceGroup(device));
        }
        return liodns.containsKey(device.label())
                ? OpsTable.Grouped.ok(core.probing().newGroup())
                : OpsTable.Grouped.failed(Errno.ENODEV.negative());
    }

    private List<Integer> liodnsOf(Device device) {
        return liodns.getOrDefault(device.label(), List.of());
    }

    private static Optional<PamuAttachment> privOf(Device device) {
        return DevIommu.privOf(device, PamuAttachment.class);
    }

    /**
     * fsl_pamu_attach_device: each number of the device is taken from its old domain and gets a window of 64 GiB in
     * which addresses stay what they are. An error leaves the numbers before it attached.
     */
    private long attachDevice(IommuDomain attached, Device device) {
        var domain = (PamuDomain) attached;
        List<Integer> numbers = liodnsOf(device);
        if (numbers.isEmpty()) {
            return tables.refusal().negative();
        }
        long[] error = new long[1];
        domain.lock().with(() -> {
            for (int liodn : numbers) {
                error[0] = attachNumber(domain, device, liodn);
                if (error[0] != 0) {
                    break;
                }
            }
        });
        return error[0];
    }

    private long attachNumber(PamuDomain domain, Device device, int liodn) {
        if (tables.entryOf(liodn).isEmpty()) {
            kernel.log().line(INVALID, kernel, liodn, device.id());
            return tables.refusal().negative();
        }
        note(domain, device, liodn);
        long error = open(domain, device, liodn);
        return error != 0 ? error : tables.enable(liodn);
    }

    // attach_device: the lock is let go while the device is taken from its old domain
    private void note(PamuDomain domain, Device device, int liodn) {
        deviceDomainLock.lock();
        Optional<PamuAttachment> old = privOf(device).filter(info -> info.domain() != domain);
        if (old.isPresent()) {
            deviceDomainLock.unlock();
            detachAll(old.get().domain(), Optional.of(device));
            deviceDomainLock.lock();
        }
        var attachment = new PamuAttachment(domain, device, liodn);
        domain.add(attachment);
        DevIommu data = DevIommu.find(device).orElseThrow();
        if (data.priv().isNull()) {
            data.priv().set(attachment);
        }
        deviceDomainLock.unlock();
    }

    // pamu_set_liodn: off, set up without permissions, then with them
    private long open(PamuDomain domain, Device device, int liodn) {
        int operation = PamuTables.operationOf(device.type()).orElse(PamuTables.NONE);
        int all = PamuLayout.ACCESS_QUERY | PamuLayout.ACCESS_UPDATE;
        long[] error = new long[1];
        iommuLock.with(() -> {
            error[0] = tables.disable(liodn);
            if (error[0] == 0) {
                error[0] = tables.configure(liodn, operation, domain.stash(), 0);
            }
            if (error[0] == 0) {
                error[0] = tables.configure(liodn, PamuTables.NONE, domain.stash(), all);
            }
        });
        return error[0];
    }

    private void detachDevice(IommuDomain domain, Device device) {
        if (!liodnsOf(device).isEmpty()) {
            detachAll((PamuDomain) domain, Optional.of(device));
        }
    }

    /**
     * fsl_pamu_set_platform_dma: the same as detach_dev for the domain that the core is about to forget. The window that
     * the device had at boot does not come back: "platform DMA" here is no DMA at all.
     */
    private void setPlatformDma(Device device) {
        Group.of(device).flatMap(group -> group.domain().get()).ifPresent(domain -> detachDevice(domain, device));
    }

    /** fsl_pamu_platform_attach (v6.7): the same, but nothing where no other domain is attached, as at boot. */
    private long platformAttach(Device device) {
        Group.of(device)
                .flatMap(group -> group.domain().get())
                .filter(PamuDomain.class::isInstance)
                .ifPresent(domain -> detachDevice(domain, device));
        return 0;
    }

    /** detach_device: of one device, or of all. */
    private void detachAll(PamuDomain domain, Optional<Device> device) {
        domain.lock().with(() -> {
            for (PamuAttachment attachment : domain.attachments()) {
                if (device.filter(one -> one != attachment.device()).isEmpty()) {
                    forget(domain, attachment);
                }
            }
        });
    }

    // remove_device_ref: the number is switched off, everything else in its entry stays
    private void forget(PamuDomain domain, PamuAttachment attachment) {
        domain.remove(attachment);
        iommuLock.with(() -> tables.disable(attachment.liodn()));
        deviceDomainLock.with(() -> DevIommu.find(attachment.device())
                // dev_iommu_priv_set has no test: a device that left while it was attached ends here
                .orElseThrow(() -> kernel.log().nullAccess(PRIV, attachment.device()))
                .priv()
                .setNull());
    }

    /** Which domain the driver has noted for a device. For those who look. */
    static Optional<IommuDomain> notedDomain(Device device) {
        return privOf(device).map(PamuAttachment::domain);
    }

    /** The devices on a domain's list, each once. For those who look. */
    static List<Device> devicesOf(IommuDomain domain) {
        return domain instanceof PamuDomain pamu
                ? pamu.attachments().reversed().stream()
                        .map(PamuAttachment::device)
                        .distinct()
                        .toList()
                : List.of();
    }
}
