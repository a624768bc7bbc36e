package org.iommulab.backend.msm;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDevice;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct msm_iommu_dev}: what the driver keeps for one IOMMU. */
final class MsmIommuDev extends SimObject {
    private final Kernel kernel;
    private final IommuDevice instance;
    private final MsmRegisters registers;
    private final List<Clock> clocks;
    private final long base;
    private final RefList<MsmCtxDev> masters;
    private final List<FlagCell> contextMap;
    private final ListHead domNode;

    /**
     * @param clocks smmu_pclk, then iommu_clk
     * @param base where the kernel sees its registers
     * @param contexts {@code qcom,ncb}
     */
    MsmIommuDev(
            Kernel kernel, IommuDevice instance, MsmRegisters registers, List<Clock> clocks, long base, int contexts) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.registers = registers;
        this.clocks = clocks;
        this.base = base;
        this.masters = new RefList<>(this, MsmCtxDev.class);
        this.contextMap = IntStream.range(0, contexts)
                .mapToObj(i -> new FlagCell(this, Lane.DRIVER, Term.flag("context_map[" + i + "]")))
                .toList();
        this.domNode = new ListHead(kernel, this);
    }

    @Override
    public String label() {
        return device().label() + " data";
    }

    Device device() {
        return instance.device();
    }

    IommuDevice instance() {
        return instance;
    }

    MsmRegisters registers() {
        return registers;
    }

    long base() {
        return base;
    }

    int contexts() {
        return contextMap.size();
    }

    /** Its place on a domain's list; it stays on the list of the domain that it was attached to last. */
    ListHead domNode() {
        return domNode;
    }

    /** {@code ctx_list}: one master at most, see of_xlate. */
    RefList<MsmCtxDev> masters() {
        return masters;
    }

    /** Whether its first master is this device's; of an empty list the kernel looks at foreign memory, in vain. */
    boolean isFor(Device device) {
        return masters.toList().stream()
                .findFirst()
                .filter(m -> m.device() == device)
                .isPresent();
    }

    // ---- clocks

    void prepareClocks() {
        clocks.forEach(Clock::prepare);
    }

    void unprepareClocks() {
        clocks.reversed().forEach(clock -> clock.unprepare(kernel));
    }

    /** __enable_clocks: 0, or what clk_enable says. */
    long enableClocks() {
        for (int i = 0; i < clocks.size(); i++) {
            long error = clocks.get(i).enable(kernel);
            if (error != 0) {
                clocks.subList(0, i).forEach(clock -> clock.disable(kernel));
                return error;
            }
        }
        return 0;
    }

    /** __disable_clocks. */
    void disableClocks() {
        clocks.reversed().forEach(clock -> clock.disable(kernel));
    }

    // ---- context banks

    /** msm_iommu_alloc_ctx: the first free one, or -ENOSPC. */
    long allocContext() {
        Optional<Integer> free = IntStream.range(0, contextMap.size())
                .boxed()
                .filter(i -> !contextMap.get(i).get())
                .findFirst();
        free.ifPresent(i -> contextMap.get(i).set(true));
        return free.map(Integer::longValue).orElse((long) Errno.ENOSPC.negative());
    }

    /** msm_iommu_free_ctx. A master that got none has an errno for a number, for which there is no bit. */
    void freeContext(int context) {
        if (context >= 0 && context < contextMap.size()) {
            contextMap.get(context).set(false);
        }
    }
}
