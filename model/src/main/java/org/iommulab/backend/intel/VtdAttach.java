package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/**
 * How a device comes into a domain and leaves it (drivers/iommu/intel/iommu.c). In between every request of the device is
 * refused.
 */
final class VtdAttach {
    private static final String FILE = "drivers/iommu/intel/iommu.c";
    private static final Term BLOCK = Term.function("device_block_translation", FILE);
    private static final Term REMOVE = Term.function("dmar_remove_one_dev_info", FILE);
    private static final Term MAP_ONE = Term.function("domain_context_mapping_one", FILE);
    private static final Term CLEAR_ONE = Term.function("domain_context_clear_one", FILE);
    private static final Term PASS_THROUGH = Term.function("context_setup_pass_through", FILE);
    private static final Term PREPARE = Term.function("prepare_domain_attach_device", FILE);
    private static final Term TOO_NARROW =
            LogText.of("<3>DMAR: prepare_domain_attach_device: iommu width (%d) is not sufficient for the mapped"
                    + " address (%x)");
    private static final Term NO_ID = LogText.of("<3>DMAR: %o: No free domain ids");

    private final Kernel kernel;
    private final Site site;
    private final VtdFlush flush;
    private final VtdPasids pasids;

    VtdAttach(Site site, VtdFlush flush, VtdPasids pasids) {
        this.kernel = site.kernel();
        this.site = site;
        this.flush = flush;
        this.pasids = pasids;
    }

    /** Every id under which the device's requests can arrive, its own first; an ACPI device has one. */
    private List<Integer> sources(VtdDevice info) {
        Device device = info.device();
        return device.pci().isPresent()
                ? site.bus().pci().dmaAliases(device).stream()
                        .map(PciTopology.Alias::requesterId)
                        .toList()
                : List.of(info.source());
    }

    // ---- out of a domain

    /** device_block_translation: nothing in 6.12 when the device is blocked already. */
    void block(VtdDevice info) {
        boolean remembers = kernel.since(Version.V6_12);
        kernel.driverRun(BLOCK, info.device(), () -> {
            if (remembers && !info.attached().get()) {
                return;
            }
            if (info.iommu().scalable()) {
                pasids.tearDown(info, VtdFlush.NO_PASID);
            } else {
                clearContexts(info);
            }
            if (remembers) {
                info.attached().set(false);
            }
            leave(info);
        });
    }

    /** dmar_remove_one_dev_info (up to 6.7): there must be a domain, which is not tested (81e921fd3216 did so in 6.9). */
    void remove(VtdDevice info) {
        kernel.driverRun(REMOVE, info.device(), () -> {
            if (info.iommu().scalable()) {
                pasids.tearDown(info, VtdFlush.NO_PASID);
            }
            clearContexts(info);
            if (info.domain().isNull()) {
                throw kernel.log().nullAccess(Term.reference("info.domain"), info.device());
            }
            leave(info);
        });
    }

    private void leave(VtdDevice info) {
        info.domain().get().ifPresent(domain -> {
            domain.lock().with(() -> domain.devices().remove(info));
            domain.detach(info.iommu());
            info.domain().setNull();
        });
        info.nested().get().ifPresent(domain -> {
            domain.devices().remove(info);
            domain.uses().detach(info.iommu());
            info.nested().setNull();
        });
    }

    /** domain_context_clear. */
    void clearContexts(VtdDevice info) {
        for (int source : sources(info)) {
            kernel.driverRun(CLEAR_ONE, info.device(), () -> clearContext(info, source));
        }
    }

    /** P goes first, the rest when nobody keeps it any more. */
    private void clearContext(VtdDevice info, int source) {
        VtdInstance iommu = info.iommu();
        VtdContexts contexts = iommu.contexts();
        long at = contexts.find(source);
        if (at == 0) {
            return;
        }
        VtdContext old = contexts.read(at);
        int domain = iommu.scalable() ? domainOf(info) : old.domain();
        contexts.put(at, new VtdContext(old.low() & ~1L, old.high()));
        flush.context(iommu, VtdDescriptor.DEVICE, domain, source);
        if (iommu.scalable()) {
            flush.pasidCache(iommu, VtdDescriptor.ALL_PASIDS, domain, VtdFlush.NO_PASID);
        }
        flush.domain(iommu, domain);
        contexts.put(at, VtdContext.EMPTY);
    }

    private static int domainOf(VtdDevice info) {
        return info.domain()
                .get()
                .map(domain -> domain.identity() && info.iommu().caps().passThrough()
                        ? VtdLayout.PASS_THROUGH_DOMAIN
                        : domain.idOn(info.iommu()))
                .orElse(VtdLayout.NO_DOMAIN);
    }

    // ---- into a domain

    /** intel_iommu_attach_device, behind what refuses devices: 0 or an errno. */
    long attach(VtdDomain domain, VtdDevice info) {
        if (kernel.since(Version.V6_12) || !info.domain().isNull()) {
            block(info);
        }
        long error = prepare(domain, info);
        return error != 0 ? error : enter(domain, info);
    }

    /** prepare_domain_attach_device: the tables lose the levels that the unit does not have. */
    long prepare(VtdDomain domain, VtdDevice info) {
        return kernel.driverCall(PREPARE, info.device(), () -> {
            VtdInstance iommu = info.iommu();
            if (domain.forceSnooping().get() && !iommu.caps().snoopControl()) {
                return (kernel.since(Version.V6_2) ? Errno.EINVAL : Errno.EOPNOTSUPP).negative();
            }
            if (domain.maxAddress().get() > 1L << iommu.width()) {
                if (kernel.since(Version.V6_2)) {
                    return Errno.EINVAL.negative();
                }
                kernel.log()
                        .line(
                                TOO_NARROW,
                                info.device(),
                                iommu.width(),
                                domain.maxAddress().get());
                return Errno.EFAULT.negative();
            }
            domain.width().set(iommu.width());
            while (domain.table().levels() > VtdCaps.levels(iommu.agaw())) {
                domain.table().dropTop();
            }
            return 0;
        });
    }

    /** domain_add_dev_info, later dmar_domain_attach_device. */
    private long enter(VtdDomain domain, VtdDevice info) {
        VtdInstance iommu = info.iommu();
        if (!domain.attach(iommu)) {
            kernel.log().line(NO_ID, kernel, iommu.device().id(), 0);
            return Errno.ENOSPC.negative();
        }
        info.domain().set(domain);
        if (kernel.since(Version.V6_12)) {
            info.attached().set(true);
        }
        domain.lock().with(() -> domain.devices().add(info));
        long error = iommu.scalable() ? setUpPasid(domain, info) : mapContexts(domain, info);
        if (error != 0) {
            block(info);
        }
        return error;
    }

    private long setUpPasid(VtdDomain domain, VtdDevice info) {
        long error;
        if (domain.identity() && info.iommu().caps().passThrough()) {
            error = pasids.setUpPassThrough(info);
        } else {
            error = setUpPasid(domain, info, VtdFlush.NO_PASID);
        }
        // the context entry was written by probe_device in 6.12
        return error != 0 || kernel.since(Version.V6_12) ? error : mapContexts(domain, info);
    }

    private long setUpPasid(VtdDomain domain, VtdDevice info, int pasid) {
        return domain.firstLevel()
                ? pasids.setUpFirstLevel(info, domain, pasid)
                : pasids.setUpSecondLevel(info, domain, pasid);
    }

    // ---- PASIDs

    /** intel_iommu_set_dev_pasid (6.12), behind the core's tests. */
    long setPasid(VtdDomain domain, VtdDevice info, int pasid) {
        if (!info.iommu().takesPasids()) {
            return Errno.EOPNOTSUPP.negative();
        }
        long error = prepare(domain, info);
        if (error != 0) {
            return error;
        }
        if (!domain.attach(info.iommu())) {
            return Errno.ENOSPC.negative();
        }
        error = setUpPasid(domain, info, pasid);
        if (error != 0) {
            domain.detach(info.iommu());
            return error;
        }
        domain.lock().with(() -> domain.pasids().add(new VtdDevPasid(info, pasid)));
        return 0;
    }

    /** intel_iommu_remove_dev_pasid (6.12). */
    void removePasid(VtdDomain domain, VtdDevice info, int pasid) {
        domain.lock()
                .with(() -> domain.pasids().toList().stream()
                        .filter(each -> each.info() == info && each.pasid() == pasid)
                        .forEach(domain.pasids()::remove));
        domain.detach(info.iommu());
        pasids.tearDown(info, pasid);
    }

    /** What intel_nested_attach_dev does once nothing speaks against it. */
    long enterNested(VtdNestedDomain domain, VtdDevice info) {
        VtdInstance iommu = info.iommu();
        if (domain.uses().attach(iommu) == VtdUnitUses.Attached.NO_ID) {
            kernel.log().line(NO_ID, kernel, iommu.device().id(), 0);
            return Errno.ENOSPC.negative();
        }
        long error = pasids.setUpNested(info, domain);
        if (error != 0) {
            domain.uses().detach(iommu);
            return error;
        }
        info.nested().set(domain);
        info.attached().set(true);
        domain.devices().add(info);
        return 0;
    }

    private long mapContexts(VtdDomain domain, VtdDevice info) {
        for (int source : sources(info)) {
            kernel.driverRun(MAP_ONE, info.device(), () -> mapContext(domain, info, source));
        }
        return 0;
    }

    /** Field by field, P last; an entry that is there, another alias's or an earlier one of scalable mode, stays. */
    private void mapContext(VtdDomain domain, VtdDevice info, int source) {
        VtdInstance iommu = info.iommu();
        VtdContexts contexts = iommu.contexts();
        long at = contexts.make(source);
        if (contexts.isCopied(source)) {
            tearDownCopied(iommu, source, at);
        } else if (contexts.read(at).present()) {
            return;
        }
        VtdContext entry = contexts.put(at, VtdContext.EMPTY);
        int id = domain.idOn(iommu);
        if (iommu.scalable()) {
            entry = contexts.put(at, VtdPasids.context(info));
        } else {
            entry = contexts.put(at, entry.withDomain(id));
            if (domain.identity() && iommu.caps().passThrough()) {
                entry = contexts.put(at, entry.withAddressWidth(iommu.caps().widestAgaw(false)));
                entry = contexts.put(at, entry.withTranslationType(VtdContext.PASS_THROUGH));
            } else {
                entry = contexts.put(at, entry.withRoot(domain.table().base()));
                entry = contexts.put(at, entry.withAddressWidth(domain.table().levels() - 2));
                entry = contexts.put(at, entry.withTranslationType(VtdContext.MULTI_LEVEL));
            }
        }
        contexts.put(at, entry.withFaults().withPresent());
        presentFlush(iommu, id, source);
    }

    /** The crashed kernel's entry: what the unit keeps under its domain is dropped (copied_context_tear_down in 6.12). */
    private void tearDownCopied(VtdInstance iommu, int source, long at) {
        VtdContexts contexts = iommu.contexts();
        int domain = contexts.read(at).domain();
        if (kernel.since(Version.V6_12)) {
            contexts.put(at, VtdContext.EMPTY);
        }
        if (domain < iommu.caps().domains()) {
            flush.context(iommu, VtdDescriptor.DEVICE, domain, source);
            flush.domain(iommu, domain);
        }
        contexts.forgetCopied(source);
    }

    /** A unit in caching mode may have kept that there was no entry, for domain 0. */
    private void presentFlush(VtdInstance iommu, int domain, int source) {
        if (iommu.caps().cachingMode()) {
            flush.context(iommu, VtdDescriptor.DEVICE, VtdLayout.NO_DOMAIN, source);
            flush.domain(iommu, domain);
        } else {
            flush.writeBuffer(iommu);
        }
    }

    /** intel_iommu_enforce_cache_coherency: entries that are there do not get the bit, so that 6.12 wants none. */
    boolean forceSnooping(VtdDomain domain) {
        if (domain.forceSnooping().get()) {
            return true;
        }
        boolean late = kernel.since(Version.V6_12)
                && !domain.firstLevel()
                && domain.hasMappings().get();
        List<VtdDevice> devices = domain.devices().toList();
        if (late || !devices.stream().allMatch(info -> info.iommu().caps().snoopControl())) {
            return false;
        }
        if (domain.firstLevel()) {
            devices.forEach(pasids::forceSnooping);
        }
        domain.forceSnooping().set(true);
        return true;
    }

    // ---- 6.12

    /** identity_domain_attach_dev: no tables; in scalable mode one PASID entry. */
    long passThrough(VtdDevice info) {
        block(info);
        if (info.iommu().scalable()) {
            pasids.setUpPassThrough(info);
        } else {
            sources(info)
                    .forEach(source ->
                            kernel.driverRun(PASS_THROUGH, info.device(), () -> passThrough(info.iommu(), source)));
        }
        info.attached().set(true);
        return 0;
    }

    private void passThrough(VtdInstance iommu, int source) {
        VtdContexts contexts = iommu.contexts();
        long at = contexts.make(source);
        if (contexts.read(at).present()) {
            return;
        }
        VtdContext entry = contexts.put(at, VtdContext.EMPTY);
        entry = contexts.put(at, entry.withDomain(VtdLayout.PASS_THROUGH_DOMAIN));
        entry = contexts.put(at, entry.withAddressWidth(iommu.caps().widestAgaw(false)));
        entry = contexts.put(at, entry.withTranslationType(VtdContext.PASS_THROUGH));
        contexts.put(at, entry.withFaults().withPresent());
        presentFlush(iommu, VtdLayout.PASS_THROUGH_DOMAIN, source);
    }

    /** intel_pasid_setup_sm_context, for every id of the device; what is there stays. */
    void setUpScalable(VtdDevice info) {
        VtdInstance iommu = info.iommu();
        for (int source : sources(info)) {
            long at = iommu.contexts().make(source);
            if (!iommu.contexts().read(at).present()) {
                VtdContext entry = iommu.contexts().put(at, VtdPasids.context(info));
                iommu.contexts().put(at, entry.withPresent());
                presentFlush(iommu, VtdLayout.NO_DOMAIN, source);
            }
        }
    }

    /** intel_pasid_teardown_sm_context. */
    void tearDownScalable(VtdDevice info) {
        VtdInstance iommu = info.iommu();
        for (int source : sources(info)) {
            long at = iommu.contexts().find(source);
            if (iommu.contexts().read(at).present()) {
                iommu.contexts().put(at, VtdContext.EMPTY);
                flush.context(iommu, VtdDescriptor.GLOBAL, 0, 0);
                flush.pasidCache(iommu, VtdDescriptor.EVERYTHING, 0, VtdFlush.NO_PASID);
                flush.iotlb(iommu, VtdDescriptor.GLOBAL, 0, VtdPages.NONE, false);
            }
        }
    }
}
