package org.iommulab.core;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.DeferredProbes;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** The core's flows, put together: one of each. */
public final class IommuCore {
    private static final Term SUBSYS_INIT = Term.function("iommu_subsys_init", "drivers/iommu/iommu.c");

    private final Kernel kernel;
    private final Domains domains;
    private final GlobalDomainType globalType;
    private final Attaching attaching;
    private final Probing probing;
    private final DmaOwnership ownership;
    private final Mapping mapping;
    private final Faults faults;
    private final FwspecSetup fwspecs;
    private final OfIommu ofIommu;
    private final AcpiIommu acpiIommu;
    private final DefaultDomainType defaultType;
    private final MsiIsolation msi;
    private final PasidAttaching pasids;
    private final Sva sva;
    private final IoPageFaults pageFaults;
    private final BareGroups bareGroups;
    private final DeviceFeatures features;
    private final BusDomains busDomains;

    /** @param cookies the DMA API's side, see {@link DmaCookies} */
    public IommuCore(Kernel kernel, DmaCookies cookies) {
        this.kernel = kernel;
        domains = new Domains(kernel, cookies);
        globalType = new GlobalDomainType(kernel);
        mapping = new Mapping(kernel);
        var direct = new DirectMappings(kernel, mapping);
        var attach = new DeviceAttach(kernel);
        // two eras: their algorithms differ in the order of the steps
        SetDomain setDomain;
        if (kernel.has(Behaviour.DEFAULT_DOMAIN_MANDATORY)) {
            var unwinding = new UnwindingSetDomain(kernel, attach);
            var defaults = new MandatoryDefault(kernel, domains, unwinding, globalType, direct);
            setDomain = unwinding;
            defaultType = new DefaultDomainType(kernel, cookies, defaults::setUp);
            probing = new Probing(
                    kernel, self -> new OneStepProbePath(kernel, self, domains, defaults, unwinding, cookies));
        } else {
            setDomain = new PlainSetDomain(kernel, attach, domains);
            var defaults = new DefaultDomains(kernel, domains, globalType);
            var change = new DefaultDomainChange(kernel, domains, defaults, attach, direct, cookies);
            defaultType = new DefaultDomainType(kernel, cookies, change);
            probing =
                    new Probing(kernel, self -> new StepwiseProbePath(kernel, self, domains, defaults, attach, direct));
        }
        attaching = new Attaching(kernel, attach, setDomain);
        ownership = new DmaOwnership(kernel, domains, setDomain);
        faults = new Faults(kernel);
        fwspecs = new FwspecSetup(kernel, probing);
        ofIommu = new OfIommu(kernel, fwspecs);
        acpiIommu = new AcpiIommu(kernel, fwspecs);
        msi = new MsiIsolation(kernel);
        pasids = new PasidAttaching(kernel);
        sva = new Sva(kernel, domains, pasids);
        pageFaults = new IoPageFaults(kernel);
        bareGroups = new BareGroups(kernel, probing);
        features = new DeviceFeatures(kernel);
        busDomains = new BusDomains(kernel, probing);
    }

    /** What is said before and in iommu_subsys_init: which default the kernel was built with. */
    public void subsysInit() {
        if (isBuilt()) {
            globalType.announceParameters();
            DebugfsNotice.say(kernel);
            kernel.run(SUBSYS_INIT, kernel, globalType::announce);
        }
    }

    /** CONFIG_IOMMU_API. Of the lab's architectures only RISC-V had no IOMMU driver before v6.13 that selects it. */
    public boolean isBuilt() {
        return !kernel.config("RISCV") || kernel.config("IOMMU_API");
    }

    /** iommu_set_dma_strict: from now on nothing is invalidated late that has no domain yet. */
    public void setDmaStrict() {
        globalType.setStrict();
    }

    public Domains domains() {
        return domains;
    }

    /** iommu_domain_alloc on a bus that has these devices, up to v6.12; NULL does not say why. */
    public Optional<IommuDomain> allocOnBus(List<Device> bus) {
        return busDomains.driverOf(bus).flatMap(ops -> domains.alloc(ops, DomainType.UNMANAGED));
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

    /** The groups' {@code type} files. */
    public DefaultDomainType defaultType() {
        return defaultType;
    }

    public Mapping mapping() {
        return mapping;
    }

    public Faults faults() {
        return faults;
    }

    /** Whether interrupts of one device can pass for another's. */
    public MsiIsolation msi() {
        return msi;
    }

    /** Domains for single PASIDs. */
    public PasidAttaching pasids() {
        return pasids;
    }

    /** Processes' address spaces for devices. */
    public Sva sva() {
        return sva;
    }

    /** Groups of devices without an IOMMU. */
    public BareGroups bareGroups() {
        return bareGroups;
    }

    /** Page faults of devices. */
    public IoPageFaults pageFaults() {
        return pageFaults;
    }

    /** What is switched on for single devices. */
    public DeviceFeatures features() {
        return features;
    }

    public OfIommu ofIommu() {
        return ofIommu;
    }

    public AcpiIommu acpiIommu() {
        return acpiIommu;
    }

    /** The driver core is there: a device tree's IOMMU is waited for as long as it says. */
    public void connect(DeferredProbes deferred) {
        fwspecs.connect(deferred);
    }

    /** PCI is there: what firmware says of a function, it says of all ids under which its requests can arrive. */
    public void connect(PciTopology pci) {
        fwspecs.connect(pci);
    }
}
