package org.iommulab.backend.msm;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct msm_iommu_ctx_dev}: a master behind one IOMMU, its machine ids, and its context bank. */
final class MsmCtxDev extends SimObject {
    private static final Term TOO_MANY = Term.reference("master.mids[MAX_NUM_MIDS]");

    private final Kernel kernel;
    private final Device device;
    private final LongCell num;
    private final LongCell count;
    private final List<LongCell> mids;

    MsmCtxDev(Kernel kernel, Device device) {
        super(kernel.machine());
        this.kernel = kernel;
        this.device = device;
        this.num = new LongCell(this, Lane.DRIVER, Term.count("master.num"));
        this.count = new LongCell(this, Lane.DRIVER, Term.count("master.num_mids"));
        this.mids = IntStream.range(0, MsmLayout.MIDS)
                .mapToObj(i -> new LongCell(this, Lane.DRIVER, Term.count("master.mids[" + i + "]")))
                .toList();
    }

    @Override
    public String label() {
        return device.label() + " master";
    }

    /** {@code of_node}: whose it is. */
    Device device() {
        return device;
    }

    /** Its context bank; 0 for none yet, and for bank 0. It is never set back. */
    LongCell num() {
        return num;
    }

    int context() {
        return (int) num.get();
    }

    List<Integer> mids() {
        return IntStream.range(0, (int) count.get())
                .mapToObj(i -> (int) mids.get(i).get())
                .toList();
    }

    void add(int mid) {
        if (count.get() == mids.size()) {
            // the kernel does not look and writes behind the array
            throw kernel.log().nullAccess(TOO_MANY, this);
        }
        mids.get((int) count.get()).setQuietly(mid);
        count.add(1);
    }
}
