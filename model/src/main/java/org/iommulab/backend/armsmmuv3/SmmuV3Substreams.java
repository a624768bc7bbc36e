package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.backend.armsmmuv3.SmmuV3Domain.Stage;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * PASIDs of a device, which are substreams of its stream: each has a context descriptor in the master's table (6.12; no ATS).
 * Not compared with a capture.
 */
final class SmmuV3Substreams {
    private static final Term SET = Term.of(
            "arm_smmu_set_pasid",
            "drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c",
            Operand.DECIMAL,
            Operand.NONE,
            Operand.ERRNO);

    private final Kernel kernel;
    private final SmmuV3Finalise finalise;
    private final SmmuV3HitlessAttach attaching;

    SmmuV3Substreams(Kernel kernel, SmmuV3Finalise finalise, SmmuV3HitlessAttach attaching) {
        this.kernel = kernel;
        this.finalise = finalise;
        this.attaching = attaching;
    }

    /** arm_smmu_enable_pasid: what the function and the unit have both. */
    int bitsOf(Device device, SmmuV3Device smmu) {
        int pasids = device.pci().map(function -> function.found().maxPasids()).orElse(0);
        return pasids == 0
                ? 0
                : Math.min(Integer.numberOfTrailingZeros(pasids), smmu.idr().substreamBits());
    }

    /** arm_smmu_s1_set_dev_pasid and arm_smmu_sva_set_dev_pasid: -EINVAL for another unit's domain, or one of stage 2. */
    long set(SmmuV3Domain domain, SmmuV3Master master, int pasid) {
        long error = domain.smmu().isNull() ? finalise.finalise(domain, master.smmu()) : 0;
        if (error != 0) {
            return error;
        }
        if (!domain.smmu().is(master.smmu()) || domain.stage() != Stage.ONE) {
            return Errno.EINVAL.negative();
        }
        return kernel.machine().call(Lane.DRIVER, SET, master, pasid, 0, () -> install(domain, master, pasid));
    }

    private long install(SmmuV3Domain domain, SmmuV3Master master, int pasid) {
        Optional<IommuDomain> whole = wholeDevice(master);
        attaching.needTable(master);
        attaching.writeContext(master, pasid, domain.context().stalling(master.stalls()));
        master.usedSubstreams().add(1);
        if (master.usedSubstreams().get() == 1) {
            // with a domain of its own the stream has the table already
            whole.filter(other -> other.type() == DomainType.IDENTITY || other.type() == DomainType.BLOCKED)
                    .ifPresent(other -> attaching.installDescriptors(
                            master,
                            other.type() == DomainType.IDENTITY ? SmmuV3Ste.DSS_BYPASS : SmmuV3Ste.DSS_TERMINATE));
        }
        return 0;
    }

    private static Optional<IommuDomain> wholeDevice(SmmuV3Master master) {
        return Group.of(master.device()).flatMap(group -> group.domain().get());
    }

    /** arm_smmu_remove_dev_pasid: after the last substream a stream without a domain of its own loses the table. */
    void remove(SmmuV3Master master, int pasid) {
        attaching.clearContext(master, pasid);
        master.usedSubstreams().add(-1);
        if (master.usedSubstreams().isSet()) {
            return;
        }
        switch (wholeDevice(master).map(IommuDomain::type).orElse(DomainType.DMA)) {
            case IDENTITY -> attaching.attachIdentity(master);
            case BLOCKED -> attaching.attachBlocked(master);
            default -> {}
        }
    }
}
