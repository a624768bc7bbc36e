package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** Making and freeing domains (drivers/iommu/iommu.c: __iommu_domain_alloc, iommu_domain_free). */
public final class Domains {
    private static final String IOMMU_C = "drivers/iommu/iommu.c";
    private static final Term ALLOC =
            Term.of("__iommu_domain_alloc", IOMMU_C, Term.Operand.DECIMAL, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term BUS_ALLOC =
            Term.of("iommu_domain_alloc", IOMMU_C, Term.Operand.NONE, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term PAGING_ALLOC =
            Term.of("iommu_paging_domain_alloc", IOMMU_C, Term.Operand.NONE, Term.Operand.NONE, Term.Operand.OBJECT);
    private static final Term ENABLE_NESTING = Term.function("iommu_enable_nesting", IOMMU_C);
    private static final Term FREE = Term.function("iommu_domain_free", IOMMU_C);

    private final Kernel kernel;
    private final DmaCookies cookies;
    private final RefList<IommuDomain> all;

    Domains(Kernel kernel, DmaCookies cookies) {
        this.kernel = kernel;
        this.cookies = cookies;
        this.all = new RefList<>(kernel, IommuDomain.class);
    }

    /** A domain, or why there is none. */
    public record Made(long error, Optional<IommuDomain> domain) {
        static Made failed(long error) {
            return new Made(error, Optional.empty());
        }
    }

    /**
     * __iommu_domain_alloc for nobody in particular. A DMA domain needs a cookie of the DMA API; where CONFIG_IOMMU_DMA
     * is off, its stub says -ENODEV, and the domain is freed again without a word.
     */
    public Optional<IommuDomain> alloc(DriverOps ops, DomainType type) {
        return make(ops, Optional.empty(), type).domain();
    }

    /** A domain of the device's IOMMU driver, made for the device; empty when the device has no IOMMU. */
    public Optional<IommuDomain> allocFor(Device device, DomainType type) {
        return DevIommu.find(device)
                .flatMap(data -> data.instance().get())
                .flatMap(instance ->
                        make(instance.ops(), Optional.of(device), type).domain());
    }

    /**
     * An UNMANAGED domain for somebody who maps by himself: iommu_paging_domain_alloc(dev) from v6.11 on, which says why
     * there is none; before that iommu_domain_alloc(bus), whose NULL does not (-ENOMEM here).
     */
    public Made allocPaging(Device device) {
        boolean forDevice = kernel.has(Behaviour.PAGING_DOMAIN_FOR_DEVICE);
        long id = kernel.call(forDevice ? PAGING_ALLOC : BUS_ALLOC, device, () -> {
            if (DevIommu.find(device).filter(data -> !data.instance().isNull()).isEmpty()) {
                return forDevice ? Errno.ENODEV.negative() : 0;
            }
            Made made = make(device, DomainType.UNMANAGED);
            return made.domain().map(domain -> (long) domain.id()).orElse(forDevice ? made.error() : 0L);
        });
        return madeOf(id);
    }

    private Made madeOf(long id) {
        return id <= 0
                ? Made.failed(id == 0 ? Errno.ENOMEM.negative() : id)
                : new Made(0, Optional.of((IommuDomain) kernel.machine().object((int) id)));
    }

    /** As {@link #allocFor}, for a device with an IOMMU, with the error. */
    Made make(Device device, DomainType type) {
        return make(Attaching.opsOf(device), Optional.of(device), type);
    }

    private Made make(DriverOps ops, Optional<Device> device, DomainType type) {
        long id = kernel.machine()
                .call(
                        Lane.CORE,
                        ALLOC,
                        ops,
                        type.number(),
                        0,
                        () -> kernel.has(Behaviour.STATIC_DOMAINS)
                                ? makeOrGive(ops, device, type)
                                : adopt(ops, type, ops.domainAlloc(type), 0));
        return madeOf(id);
    }

    // v6.7: what is static is given, what has tables comes from domain_alloc_paging, the rest from domain_alloc
    private long makeOrGive(DriverOps ops, Optional<Device> device, DomainType type) {
        Optional<IommuDomain> own = switch (type) {
            case IDENTITY -> ops.staticDomain(Callback.IDENTITY_DOMAIN);
            case BLOCKED -> ops.staticDomain(Callback.BLOCKED_DOMAIN);
            case UNMANAGED, DMA, DMA_FQ, SVA, PLATFORM, NESTED -> Optional.empty();
        };
        if (own.isPresent()) {
            return known(own.get()).domain().orElseThrow().id();
        }
        if (type.isPaging() && ops.has(Callback.DOMAIN_ALLOC_PAGING)) {
            return adopt(ops, type, ops.domainAllocPaging(device), Errno.ENOMEM.negative());
        }
        if (ops.has(Callback.DOMAIN_ALLOC)) {
            // the driver never hears of the flush queue
            DomainType asked = type == DomainType.DMA_FQ ? DomainType.DMA : type;
            return adopt(ops, type, ops.domainAlloc(asked), Errno.ENOMEM.negative());
        }
        ops.missing(wantedFor(type), ops);
        return Errno.EOPNOTSUPP.negative();
    }

    private static Callback wantedFor(DomainType type) {
        return switch (type) {
            case IDENTITY -> Callback.IDENTITY_DOMAIN;
            case BLOCKED -> Callback.BLOCKED_DOMAIN;
            case UNMANAGED, DMA, DMA_FQ -> Callback.DOMAIN_ALLOC_PAGING;
            case PLATFORM -> Callback.DEFAULT_DOMAIN;
            case SVA -> Callback.DOMAIN_ALLOC_SVA;
            case NESTED -> Callback.DOMAIN_ALLOC_USER;
        };
    }

    private long adopt(DriverOps ops, DomainType type, Optional<IommuDomain> made, long withoutMemory) {
        if (made.isEmpty()) {
            return withoutMemory;
        }
        IommuDomain domain = made.get();
        if (domain instanceof StaticDomain) {
            return known(domain).domain().orElseThrow().id(); // it has its type and its ops
        }
        known(domain);
        domain.setType(type);
        domain.ops().setQuietly(Optional.of(ops));
        takePageSizes(ops, domain);
        long error = type.isDmaApi() ? cookies.get(domain) : 0;
        if (error != 0) {
            free(domain);
            return kernel.has(Behaviour.STATIC_DOMAINS) ? error : 0;
        }
        return domain.id();
    }

    // what the driver has written into the domain stays, and counts for more
    private static void takePageSizes(DriverOps ops, IommuDomain domain) {
        if (ops.hasLostPageSizes()) {
            domain.losePageSizesOfTable();
            if (domain.pgsizeBitmap() == 0) {
                ops.missing(Callback.PGSIZE_BITMAP, domain);
            }
        }
    }

    /** A static domain: it was never made, but from its first use on it is one of those that there are. */
    Made known(IommuDomain domain) {
        if (!all.contains(domain)) {
            all.add(domain);
        }
        return new Made(0, Optional.of(domain));
    }

    /** Every domain that was ever made or used, in order, freed ones too. For those who look. */
    public List<IommuDomain> all() {
        return all.toList();
    }

    /** Whether the device's driver makes domains as programs want them (domain_alloc_user, v6.7 to v6.12). */
    public boolean allocatesForUsers(Device device) {
        return Attaching.opsOf(device).has(Callback.DOMAIN_ALLOC_USER);
    }

    /**
     * domain_alloc_user of the device's driver.
     *
     * @param flags {@link UserTable#NEST_PARENT}
     * @param parent under a nested domain, the one that translates once more
     * @param table the program's own table, for a nested domain
     */
    public Made allocUser(Device device, int flags, Optional<IommuDomain> parent, Optional<UserTable> table) {
        DriverOps ops = Attaching.opsOf(device);
        Made made = ops.user().domainAllocUser(device, flags, parent, table);
        made.domain().ifPresent(domain -> {
            known(domain);
            domain.setType(parent.isPresent() ? DomainType.NESTED : DomainType.UNMANAGED);
            if (domain.ops().isNull()) {
                domain.ops().setQuietly(Optional.of(ops));
            }
        });
        return made;
    }

    /** domain_alloc_sva of the device's driver; -EOPNOTSUPP without one. */
    Made allocSva(Device device, ProcessTable process) {
        DriverOps ops = Attaching.opsOf(device);
        if (!ops.has(Callback.DOMAIN_ALLOC_SVA)) {
            ops.missing(Callback.DOMAIN_ALLOC_SVA, device);
            return Made.failed(Errno.EOPNOTSUPP.negative());
        }
        Made made = ops.user().domainAllocSva(device, process);
        made.domain().ifPresent(domain -> {
            known(domain);
            domain.setType(DomainType.SVA);
            domain.setFaultHandler(new SvaFaults(kernel, process));
        });
        return made;
    }

    /** hw_info of the device's driver (v6.6): empty where it has none. */
    public static Optional<OpsTable.HardwareInfo> hardwareInfo(Device device) {
        DriverOps ops = Attaching.opsOf(device);
        return ops.has(Callback.HW_INFO) ? Optional.of(ops.user().hardwareInfo(device)) : Optional.empty();
    }

    /** Whether a domain comes from the device's own driver: {@code domain->owner}. */
    public static boolean isOfDriverOf(Device device, IommuDomain domain) {
        return domain.ops().require().owner() == Attaching.opsOf(device);
    }

    /** Whether a domain's table can be invalidated by its program, as a nested one's must. */
    public static boolean canInvalidate(IommuDomain domain) {
        return domain.ops().require().has(Callback.CACHE_INVALIDATE_USER);
    }

    /** cache_invalidate_user: an errno, and how many of the ranges were done. */
    public static OpsTable.InvalidatedUser invalidateUser(IommuDomain domain, List<UserTable.Range> ranges) {
        return domain.ops().require().user().cacheInvalidateUser(domain, ranges);
    }

    /** enforce_cache_coherency of a domain's callbacks: false where the driver has none. */
    public boolean enforceCacheCoherency(IommuDomain domain) {
        DriverOps ops = domain.ops().require();
        return ops.has(Callback.ENFORCE_CACHE_COHERENCY) && ops.enforceCacheCoherency(domain);
    }

    /** iommu_enable_nesting: 0, -EINVAL where the driver cannot, or the driver's errno. */
    public long enableNesting(IommuDomain domain) {
        DriverOps ops = domain.ops().require();
        return kernel.call(
                ENABLE_NESTING,
                domain,
                () -> domain.type() == DomainType.UNMANAGED && ops.has(Callback.ENABLE_NESTING)
                        ? ops.enableNesting(domain)
                        : Errno.EINVAL.negative());
    }

    /**
     * iommu_get_msi_cookie: interrupt doorbells are mapped from this address on.
     *
     * @return 0, or -ENODEV where CONFIG_IOMMU_DMA is off
     */
    public long getMsiCookie(IommuDomain domain, long base) {
        return cookies.getMsi(domain, base);
    }

    /** iommu_domain_free: up to v6.6 the callback is called without a test; a static domain has none, or an empty one. */
    public void free(IommuDomain domain) {
        kernel.run(FREE, domain, () -> {
            cookies.put(domain);
            boolean nobodysToFree = kernel.has(Behaviour.STATIC_DOMAINS)
                    || domain.isStatic() && kernel.has(Behaviour.BLOCKING_DOMAIN_FOR_NONE);
            if (nobodysToFree && !domain.ops().require().has(Callback.FREE)) {
                return;
            }
            domain.ops().require().onDomain(Callback.FREE, domain);
            domain.freed().set(!domain.isStatic());
        });
    }
}
