package org.iommulab.backend.intel;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.core.Domains;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.OpsTable;
import org.iommulab.core.UserTable;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Domains with a guest's own tables (drivers/iommu/intel/nested.c, 6.12). Not compared with a capture. */
final class VtdNesting {
    private static final String FILE = "drivers/iommu/intel/nested.c";
    private static final Term ALLOC =
            Term.of("intel_nested_domain_alloc", FILE, Operand.OBJECT, Operand.NONE, Operand.ERRNO);
    private static final Term ATTACH = Term.function("intel_nested_attach_dev", FILE);
    private static final Term FREE = Term.function("intel_nested_domain_free", FILE);
    private static final Term INVALIDATE =
            Term.of("intel_nested_cache_invalidate_user", FILE, Operand.DECIMAL, Operand.NONE, Operand.ERRNO);
    private static final Term TOO_NARROW = LogText.of("<3>Adjusted guest address width not compatible");
    private static final Term NO_PARENT = LogText.of("<3>s2 domain is not compatible");

    private final Site site;
    private final List<VtdInstance> all;
    private final VtdFlush flush;
    private final VtdAttach attaching;

    VtdNesting(Site site, List<VtdInstance> all, VtdFlush flush, VtdAttach attaching) {
        this.site = site;
        this.all = all;
        this.flush = flush;
        this.attaching = attaching;
    }

    /** intel_nested_domain_alloc: -EINVAL on a domain that was not made to be a parent. */
    Domains.Made alloc(DriverOps driver, IommuDomain parent, UserTable table, int number) {
        var made = new VtdNestedDomain[1];
        long error = site.kernel().driverCall(ALLOC, parent, () -> {
            if (!(parent instanceof VtdDomain below) || !below.isNestParent()) {
                return Errno.EINVAL.negative();
            }
            made[0] = new VtdNestedDomain(site.memory(), below, table, all, number);
            made[0].ops().setQuietly(Optional.of(driver.ofStaticDomain(table())));
            return 0;
        });
        return new Domains.Made(error, Optional.ofNullable(made[0]));
    }

    private OpsTable table() {
        return OpsTable.named(VtdDriver.NAME, "intel_nested_domain_ops")
                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev)
                        (domain, device) -> attach((VtdNestedDomain) domain, VtdDevice.of(device)))
                .with(Callback.FREE, FREE, (OpsTable.OnDomain) VtdNesting::free)
                .with(Callback.CACHE_INVALIDATE_USER, INVALIDATE, (OpsTable.CacheInvalidateUser)
                        (domain, ranges) -> invalidate((VtdNestedDomain) domain, ranges))
                .build();
    }

    private long attach(VtdNestedDomain domain, VtdDevice info) {
        if (info.isAttachedSomewhere()) {
            attaching.block(info);
        }
        if (info.iommu().agaw() < domain.parent().table().levels() - 2) {
            site.kernel().log().line(TOO_NARROW, info.device(), 0, 0);
            return Errno.ENODEV.negative();
        }
        long error = attaching.prepare(domain.parent(), info);
        if (error != 0) {
            site.kernel().log().line(NO_PARENT, info.device(), 0, 0);
            return error;
        }
        return attaching.enterNested(domain, info);
    }

    private static void free(IommuDomain freed) {
        var domain = (VtdNestedDomain) freed;
        domain.parent().nested().remove(domain);
    }

    /** Ranges of whole pages; -1 pages, from address 0, is everything. */
    private OpsTable.InvalidatedUser invalidate(VtdNestedDomain domain, List<UserTable.Range> ranges) {
        int done = 0;
        for (UserTable.Range range : ranges) {
            boolean misplaced =
                    (range.address() & VtdLayout.PAGE - 1) != 0 || range.pages() == -1 && range.address() != 0;
            if (misplaced) {
                return new OpsTable.InvalidatedUser(Errno.EINVAL.negative(), done);
            }
            if (range.pages() == -1) {
                flush.nestedAll(domain);
            } else {
                flush.nestedRange(domain, VtdPages.of(range.address(), range.pages()), range.leaf());
            }
            done++;
        }
        return new OpsTable.InvalidatedUser(0, done);
    }
}
