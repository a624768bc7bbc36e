package org.iommulab.backend.qcom;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.core.IommuDevice;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct qcom_iommu_dev}: what the driver keeps for one SMMU, and its clocks. */
final class QcomIommu extends SimObject implements PowerCallbacks {
    private static final String FILE = "drivers/iommu/arm/arm-smmu/qcom_iommu.c";
    private static final Term RESUME = Term.function("qcom_iommu_resume", FILE);
    private static final Term SUSPEND = Term.function("qcom_iommu_suspend", FILE);

    private final Kernel kernel;
    private final IommuDevice instance;
    private final Map<String, Clock> clocks;
    private final int highestAsid;
    private final RefList<QcomContext> contexts;

    /** @param highestAsid the highest number among its context banks in the device tree */
    QcomIommu(Kernel kernel, IommuDevice instance, Map<String, Clock> clocks, int highestAsid) {
        super(kernel.machine());
        this.kernel = kernel;
        this.instance = instance;
        this.clocks = clocks;
        this.highestAsid = highestAsid;
        this.contexts = new RefList<>(this, QcomContext.class);
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

    int highestAsid() {
        return highestAsid;
    }

    /** The context banks that were probed ({@code ctxs}). */
    RefList<QcomContext> contexts() {
        return contexts;
    }

    Optional<QcomContext> context(int asid) {
        return contexts.toList().stream().filter(c -> c.asid() == asid).findFirst();
    }

    /** pm_runtime_get_sync and pm_runtime_put_sync around something that touches registers. */
    void powered(Runnable body) {
        device().power().get(kernel);
        body.run();
        device().power().putSync(kernel);
    }

    @Override
    public void powerOn() {}

    @Override
    public void powerOff() {}

    /** clk_bulk_prepare_enable. */
    @Override
    public void resume() {
        kernel.driverRun(RESUME, device(), () -> List.copyOf(clocks.values()).forEach(c -> c.prepareEnable(kernel)));
    }

    @Override
    public void suspend() {
        kernel.driverRun(
                SUSPEND, device(), () -> List.copyOf(clocks.values()).forEach(c -> c.disableUnprepare(kernel)));
    }
}
