package org.iommulab.backend.qcom;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.kernel.Kernel;

/** The driver {@code qcom-iommu-ctx}: each context bank is a device of its own beneath its SMMU (qcom_iommu_ctx_probe). */
final class QcomContextDriver extends Driver {
    private final Kernel kernel;
    private final QcomFaults faults;
    private final Map<Device, Bank> banks;

    /**
     * A context bank of the board.
     *
     * @param parent the SMMU that it is part of
     */
    record Bank(QcomIommu parent, QcomContext context, InterruptLine irq) {}

    QcomContextDriver(Kernel kernel, QcomFaults faults, Iterable<Bank> all) {
        super(kernel.machine(), "qcom-iommu-ctx");
        this.kernel = kernel;
        this.faults = faults;
        var made = new LinkedHashMap<Device, Bank>();
        all.forEach(bank -> made.put(bank.context().device(), bank));
        this.banks = Collections.unmodifiableMap(made);
    }

    @Override
    public boolean matches(Device device) {
        return banks.containsKey(device);
    }

    /** The bank has no fault left from the boot loader, its interrupt a handler, its SMMU a note of it. */
    @Override
    public long probe(Device device) {
        Bank bank = Optional.ofNullable(banks.get(device)).orElseThrow();
        // __driver_probe_device resumes the parent, so that the registers answer
        bank.parent().device().power().get(kernel);
        QcomContext context = bank.context();
        context.write(QcomLayout.Register.FSR, context.read(QcomLayout.Register.FSR));
        bank.irq().connect(() -> faults.handle(context));
        bank.parent().contexts().add(context);
        bank.parent().device().power().put(kernel);
        return 0;
    }
}
