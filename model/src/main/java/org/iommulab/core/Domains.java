package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** Making and freeing domains (drivers/iommu/iommu.c: __iommu_domain_alloc, iommu_domain_free). */
public final class Domains {
    private static final Term ALLOC = Term.of(
            "__iommu_domain_alloc",
            "drivers/iommu/iommu.c",
            Term.Operand.DECIMAL,
            Term.Operand.NONE,
            Term.Operand.OBJECT);
    private static final Term FREE = Term.function("iommu_domain_free", "drivers/iommu/iommu.c");

    private final Kernel kernel;
    private final DmaCookies cookies;
    private final RefList<IommuDomain> all;

    Domains(Kernel kernel, DmaCookies cookies) {
        this.kernel = kernel;
        this.cookies = cookies;
        this.all = new RefList<>(kernel, IommuDomain.class);
    }

    /**
     * __iommu_domain_alloc (v6.1, v6.3). A DMA domain needs a cookie of the DMA API; where CONFIG_IOMMU_DMA is off, its
     * stub says -ENODEV, and the domain is freed again without a word.
     */
    public Optional<IommuDomain> alloc(DriverOps ops, DomainType type) {
        long id = kernel.machine().call(Lane.CORE, ALLOC, ops, type.number(), 0, () -> {
            Optional<IommuDomain> made = ops.domainAlloc(type);
            if (made.isEmpty()) {
                return 0;
            }
            IommuDomain domain = made.get();
            all.add(domain);
            domain.setType(type);
            domain.ops().setQuietly(Optional.of(ops));
            if (type.isDmaApi() && cookies.get(domain) != 0) {
                free(domain);
                return 0;
            }
            return domain.id();
        });
        return id == 0
                ? Optional.empty()
                : Optional.of((IommuDomain) kernel.machine().object((int) id));
    }

    /** Every domain that was ever made, in order, freed ones too. For those who look. */
    public List<IommuDomain> all() {
        return all.toList();
    }

    /** iommu_domain_free: up to v6.6 the callback is called without a test. */
    public void free(IommuDomain domain) {
        kernel.run(FREE, domain, () -> {
            cookies.put(domain);
            domain.ops().require().onDomain(Callback.FREE, domain);
            domain.freed().set(true);
        });
    }
}
