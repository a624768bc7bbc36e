package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.InitFunction;
import org.iommulab.core.DomainType;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** intel_iommu_init: from the DMAR table to units that translate (drivers/iommu/intel/iommu.c). */
final class VtdInit extends InitFunction {
    static final String NAME = "intel-iommu";
    private static final String FILE = "drivers/iommu/intel/iommu.c";
    private static final Term INIT = Term.function("intel_iommu_init", FILE);
    private static final Term INIT_DMARS = Term.function("init_dmars", FILE);
    private static final Term SET_ROOT = Term.function("iommu_set_root_entry", FILE);
    private static final Term ENABLE = Term.function("iommu_enable_translation", FILE);
    private static final Term NO_RMRR = LogText.of("<6>DMAR: No RMRR found");
    private static final Term NO_ATSR = LogText.of("<6>DMAR: No ATSR found");
    private static final Term NO_SATC = LogText.of("<6>DMAR: No SATC found");
    private static final Term QUEUED = LogText.of("<6>DMAR: %o: Using Queued invalidation");
    private static final Term BY_REGISTER = LogText.of("<6>DMAR: %o: Using Register based invalidation");
    private static final Term NO_PASID = LogText.of("<4>DMAR: VT-d Scalable Mode not enabled, no PASID allocation");
    private static final Term NO_BATCHING = LogText.of("<6>DMAR: IOMMU batching disallowed due to virtualization");
    private static final Term DONE = LogText.of("<6>DMAR: Intel(R) Virtualization Technology for Directed I/O");

    private final Kernel kernel;
    private final Site site;
    private final VtdScopes scopes;
    private final VtdReserved reserved;
    private final VtdOptions options;
    private final VtdDmar dmar;
    private final VtdDriver driver;
    private final VtdFaults faults;
    private final VtdCopiedTables before;

    VtdInit(Site site, VtdScopes scopes, VtdReserved reserved, int hostWidth) {
        super(site.kernel().machine(), NAME, INIT);
        this.kernel = site.kernel();
        this.site = site;
        this.scopes = scopes;
        this.reserved = reserved;
        this.options = new VtdOptions(kernel);
        this.dmar = new VtdDmar(site, scopes, reserved, options, hostWidth);
        this.driver = new VtdDriver(site, scopes, reserved, options);
        this.faults = new VtdFaults(kernel);
        this.before = new VtdCopiedTables(site);
    }

    VtdDriver driver() {
        return driver;
    }

    VtdDmar dmar() {
        return dmar;
    }

    private List<VtdInstance> iommus() {
        return scopes.iommus();
    }

    @Override
    public long run() {
        dmar.read();
        if (!options.on()) {
            return Errno.ENODEV.negative();
        }
        if (reserved.memory().isEmpty()) {
            kernel.log().line(NO_RMRR, kernel, 0, 0);
        }
        kernel.log().line(NO_ATSR, kernel, 0, 0);
        kernel.log().line(NO_SATC, kernel, 0, 0);
        kernel.driverRun(INIT_DMARS, this, this::initDmars);
        register();
        for (VtdInstance iommu : iommus()) {
            if (!iommu.preEnabled().get()) {
                kernel.driverRun(ENABLE, iommu.device(), () -> iommu.command(VtdLayout.TE, true));
            }
            disableProtectedRegions(iommu);
        }
        kernel.log().line(DONE, kernel, 0, 0);
        return 0;
    }

    private void initDmars() {
        for (VtdInstance iommu : iommus()) {
            initQueue(iommu);
            iommu.ids().reserve();
            before.look(iommu);
            iommu.contexts().allocateRoot();
            before.takeOver(iommu);
        }
        for (VtdInstance iommu : iommus()) {
            driver.flush().writeBuffer(iommu);
            // the allocator of PASIDs in guests went with v6.4 [unverified]
            if (iommu.caps().cachingMode() && !iommu.scalable() && !kernel.since(Version.V6_4)) {
                kernel.log().line(NO_PASID, kernel, 0, 0);
            }
            kernel.driverRun(SET_ROOT, iommu.device(), () -> setRoot(iommu));
        }
        if (!kernel.since(Version.V6_12)) {
            driver.makeIdentityDomain();
        }
        for (VtdInstance iommu : iommus()) {
            driver.flush().writeBuffer(iommu);
            iommu.wired().irq().connect(() -> faults.handle(iommu));
            iommu.registers().write32(VtdLayout.FECTL, 0);
        }
    }

    /** intel_iommu_init_qi. */
    private void initQueue(VtdInstance iommu) {
        faults.handle(iommu);
        if (iommu.commanded(VtdLayout.QIE)) {
            iommu.command(VtdLayout.QIE, false); // dmar_disable_qi: a kernel before had it on
        }
        if (iommu.caps().queuedInvalidation()) {
            iommu.qi().enable(iommu);
            kernel.log().line(QUEUED, kernel, iommu.device().id(), 0);
        } else {
            kernel.log().line(BY_REGISTER, kernel, iommu.device().id(), 0);
        }
    }

    /** iommu_set_root_entry: what the unit keeps is from before. */
    private void setRoot(VtdInstance iommu) {
        long mode = iommu.scalable() ? VtdLayout.SMT : 0;
        iommu.registers().write64(VtdLayout.RTADDR, iommu.contexts().root() | mode);
        iommu.order(VtdLayout.SRTP);
        if (iommu.caps().rootPointerFlushes()) {
            return;
        }
        VtdFlush flush = driver.flush();
        flush.context(iommu, VtdDescriptor.GLOBAL, 0, 0);
        if (iommu.scalable()) {
            flush.pasidCache(iommu, VtdDescriptor.EVERYTHING, 0, VtdFlush.NO_PASID);
        }
        flush.iotlb(iommu, VtdDescriptor.GLOBAL, 0, VtdPages.NONE, false);
    }

    /** The core is told of the units one by one; a virtual unit has it invalidate at once. */
    private void register() {
        boolean said = false;
        for (VtdInstance iommu : iommus()) {
            if (iommu.caps().cachingMode() && !driver.firstLevelByDefault(DomainType.DMA)) {
                if (!said) {
                    kernel.log().line(NO_BATCHING, kernel, 0, 0);
                    said = true;
                }
                site.core().setDmaStrict();
            }
            iommu.registered().set(true);
            if (iommu.takesPasids() && kernel.since(Version.V6_2)) {
                driver.instanceOf(iommu).maxPasids().set(iommu.caps().maxPasids());
            }
            site.core()
                    .probing()
                    .register(driver.instanceOf(iommu), site.bus().devices().toList());
        }
    }

    /** iommu_disable_protect_mem_regions. */
    private static void disableProtectedRegions(VtdInstance iommu) {
        if (iommu.caps().protectsMemory()) {
            int regions = iommu.registers().read32(VtdLayout.PMEN);
            iommu.registers().write32(VtdLayout.PMEN, regions & ~(1 << VtdLayout.EPM));
            iommu.registers().read32(VtdLayout.PMEN);
        }
    }
}
