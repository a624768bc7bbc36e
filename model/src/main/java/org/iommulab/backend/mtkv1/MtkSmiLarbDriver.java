package org.iommulab.backend.mtkv1;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** The driver of the larbs (drivers/memory/mtk-smi.c), as far as it has to do with the M4U. The SMI common is left out. */
final class MtkSmiLarbDriver extends Driver {
    static final String NAME = "mtk-smi-larb";
    /** What boards call such a device's type. */
    static final String TYPE = "smi-larb";

    private static final Term BIND = Term.function("mtk_smi_larb_bind", "drivers/memory/mtk-smi.c");

    private final Kernel kernel;
    private final Mmio alwaysOn;
    private final RefList<MtkSmiLarb> larbs;

    MtkSmiLarbDriver(Kernel kernel, Mmio alwaysOn) {
        super(kernel.machine(), NAME);
        this.kernel = kernel;
        this.alwaysOn = alwaysOn;
        this.larbs = new RefList<>(this, MtkSmiLarb.class);
    }

    @Override
    public boolean matches(Device device) {
        return device.type().equals(TYPE);
    }

    /** mtk_smi_larb_probe. */
    @Override
    public long probe(Device device) {
        var larb = new MtkSmiLarb(kernel, device, alwaysOn);
        device.power().connect(larb);
        device.power().enable();
        larbs.add(larb);
        return 0;
    }

    private Optional<MtkSmiLarb> larb(Device device) {
        return larbs.toList().stream()
                .filter(larb -> larb.label().equals(device.label() + " data"))
                .findFirst();
    }

    /** mtk_smi_larb_bind: the larb learns where its word is. */
    void bind(Device device, MtkV1Larb word) {
        kernel.driverRun(BIND, device, () -> larb(device).orElseThrow().mmu().set(word));
    }
}
