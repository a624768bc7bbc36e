package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.iommulab.backend.LpaeIoPgtable;
import org.iommulab.backend.Site;
import org.iommulab.backend.armsmmuv3.SmmuV3Domain.Stage;
import org.iommulab.core.DomainType;
import org.iommulab.core.ProcessTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.lpae.LpaeConfig;
import org.iommulab.pagetable.lpae.LpaeFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** arm_smmu_domain_finalise: a domain becomes a unit's own, with tables of a format that the unit can walk, and a tag. */
final class SmmuV3Finalise {
    private static final Term FINALISE =
            Term.function("arm_smmu_domain_finalise", "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c");
    /** VA_BITS of an arm64 kernel with pages of 4 KiB. */
    private static final int VA_BITS = 48;

    private final Site site;
    private final Kernel kernel;
    private final RefList<SmmuV3Domain> withAsid;

    /** @param driver who keeps the ASIDs: they are one space for all units */
    SmmuV3Finalise(Site site, SimObject driver) {
        this.site = site;
        this.kernel = site.kernel();
        this.withAsid = new RefList<>(driver, SmmuV3Domain.class);
    }

    /** 0, -ENOMEM for a format that io-pgtable does not make, -EBUSY without a free ASID, -ENOSPC without a VMID. */
    long finalise(SmmuV3Domain domain, SmmuV3Device smmu) {
        return kernel.driverCall(FINALISE, domain, () -> {
            if (domain.type() == DomainType.IDENTITY) {
                domain.setStage(Stage.BYPASS);
                domain.smmu().set(smmu);
                return 0;
            }
            boolean two = domain.stage() == Stage.TWO && smmu.has(SmmuV3Feature.STAGE_TWO);
            boolean one = smmu.has(SmmuV3Feature.STAGE_ONE) && !two;
            domain.setStage(one ? Stage.ONE : Stage.TWO);
            Optional<LpaeFormat> format = LpaeFormat.of(config(smmu, one));
            if (format.isEmpty()) {
                return Errno.ENOMEM.negative();
            }
            long tag = one
                    ? freeTag(withAsid, smmu.idr().asidBits())
                    : freeTag(smmu.stageTwoDomains(), smmu.idr().vmidBits());
            if (tag < 0) {
                return one ? Errno.EBUSY.negative() : Errno.ENOSPC.negative();
            }
            domain.smmu().set(smmu);
            domain.tag().setQuietly(tag);
            (one ? withAsid : smmu.stageTwoDomains()).add(domain);
            domain.pgtable().set(new LpaeIoPgtable(site, domain, format.get(), domain));
            return 0;
        });
    }

    /** What arm_smmu_sva_domain_alloc sets up: an ASID, and the table is the process's. -EBUSY without a free ASID. */
    long finaliseForProcess(SmmuV3Domain domain, SmmuV3Device smmu, ProcessTable process) {
        long tag = freeTag(withAsid, smmu.idr().asidBits());
        if (tag < 0) {
            return Errno.EBUSY.negative();
        }
        domain.setStage(Stage.ONE);
        domain.smmu().set(smmu);
        domain.tag().setQuietly(tag);
        domain.process().set(process);
        withAsid.add(domain);
        return 0;
    }

    private static LpaeConfig config(SmmuV3Device smmu, boolean one) {
        SmmuV3Idr idr = smmu.idr();
        int inputBits = one ? VA_BITS : idr.inputBits();
        int outputBits = one ? idr.inputBits() : idr.outputBits();
        return new LpaeConfig(
                one ? LpaeVariant.ARM_64_S1 : LpaeVariant.ARM_64_S2,
                inputBits,
                outputBits,
                idr.pageSizes(),
                Set.of(),
                smmu.has(SmmuV3Feature.COHERENCY));
    }

    // xa_alloc, arm_smmu_bitmap_alloc: the smallest that is free; 0 is for streams without a stage 2
    private static long freeTag(RefList<SmmuV3Domain> taken, int bits) {
        Set<Long> used =
                taken.toList().stream().map(domain -> domain.tag().get()).collect(Collectors.toSet());
        long tag = 1;
        while (used.contains(tag)) {
            tag++;
        }
        return tag >>> bits == 0 ? tag : -1;
    }

    /** What arm_smmu_domain_free gives back besides the tables. */
    void release(SmmuV3Domain domain) {
        withAsid.remove(domain);
        domain.smmu().get().ifPresent(smmu -> smmu.stageTwoDomains().remove(domain));
    }
}
