package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** Whose stream an id is: the tree that arm_smmu_insert_master puts a master's ids into. */
record SmmuV3Masters(Kernel kernel) {
    private static final Term TAKEN = LogText.of("<4>stream %d already in tree from dev %o");

    /**
     * 0; -ERANGE for an id that the stream table does not have; -EINVAL for one that another device has, of which one line
     * tells (6.1 and 6.12 as captures have it; between them unverified). Of two conventional devices behind one bridge
     * only the first gets in.
     */
    long insert(SmmuV3Master master) {
        SmmuV3Device smmu = master.smmu();
        for (int sid : master.streams()) {
            long error = smmu.streamTable().initStream(sid);
            if (error != 0) {
                return error;
            }
            Optional<SmmuV3Master> other = smmu.masterOf(sid);
            if (other.isPresent()) {
                kernel.log()
                        .line(
                                TAKEN,
                                master.device(),
                                sid & 0xffff_ffffL,
                                other.get().device().id());
                return Errno.EINVAL.negative();
            }
        }
        smmu.masters().add(master);
        return 0;
    }
}
