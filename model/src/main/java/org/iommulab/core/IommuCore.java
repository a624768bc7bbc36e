package org.iommulab.core;

import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** The core's flows, put together: one of each. */
public final class IommuCore {
    private static final Term SUBSYS_INIT = Term.function("iommu_subsys_init", "drivers/iommu/iommu.c");

    private final Kernel kernel;
    private final Domains domains;
    private final DefaultDomains defaults;
    private final Attaching attaching;
    private final Probing probing;
    private final DmaOwnership ownership;
    private final Mapping mapping;
    private final Faults faults;
    private final OfIommu ofIommu;

    /** @param cookies the DMA API's side, see {@link DmaCookies} */
    public IommuCore(Kernel kernel, DmaCookies cookies) {
        this.kernel = kernel;
        domains = new Domains(kernel, cookies);
        defaults = new DefaultDomains(kernel, domains);
        attaching = new Attaching(kernel);
        probing = new Probing(kernel, domains, defaults, attaching);
        ownership = new DmaOwnership(kernel, domains, attaching);
        mapping = new Mapping(kernel);
        faults = new Faults(kernel);
        ofIommu = new OfIommu(kernel, probing);
    }

    /** iommu_subsys_init: says which default the kernel was built with. */
    public void subsysInit() {
        kernel.run(SUBSYS_INIT, kernel, defaults::announce);
    }

    public Domains domains() {
        return domains;
    }

    public Attaching attaching() {
        return attaching;
    }

    public Probing probing() {
        return probing;
    }

    public DmaOwnership ownership() {
        return ownership;
    }

    public Mapping mapping() {
        return mapping;
    }

    public Faults faults() {
        return faults;
    }

    public OfIommu ofIommu() {
        return ofIommu;
    }
}
