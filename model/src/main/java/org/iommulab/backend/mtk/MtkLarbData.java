package org.iommulab.backend.mtk;

import org.iommulab.backend.mtk.MtkSoc.LarbKind;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * What the two drivers share about a larb ({@code struct mtk_smi_larb_iommu}): the M4U's driver writes down which ports
 * go through the M4U, the larb's driver tells the hardware when the larb wakes. Bandwidth limits and the handshake before
 * a larb sleeps, which some SoCs have too, are left out.
 */
final class MtkLarbData extends SimObject implements PowerCallbacks {
    private static final String FILE = "drivers/memory/mtk-smi.c";
    private static final Term RESUME = Term.function("mtk_smi_larb_resume", FILE);
    private static final Term SUSPEND = Term.function("mtk_smi_larb_suspend", FILE);
    private static final Term CONFIG_PORTS = Term.function("mtk_smi_larb_config_port_gen2_general", FILE);
    private static final Term CONFIG_MT8173 = Term.function("mtk_smi_larb_config_port_mt8173", FILE);
    private static final Term CONFIG_MT8167 = Term.function("mtk_smi_larb_config_port_mt8167", FILE);

    private final Kernel kernel;
    private final Wired wired;
    private final LongCell mmu;
    private final LongCell bank;

    /** A larb of the board, as its driver will find it. */
    record Wired(Device device, int number, LarbKind kind, Mmio registers, Runnable powerOn, Runnable powerOff) {}

    MtkLarbData(Kernel kernel, Wired wired) {
        super(kernel.machine());
        this.kernel = kernel;
        this.wired = wired;
        this.mmu = new LongCell(this, Lane.DRIVER, Term.hex("larb_mmu.mmu"));
        this.bank = new LongCell(this, Lane.DRIVER, Term.hex("larb_mmu.bank"));
    }

    @Override
    public String label() {
        return wired.device().label() + " data";
    }

    Device device() {
        return wired.device();
    }

    int number() {
        return wired.number();
    }

    // ---- the M4U's driver

    /**
     * mtk_iommu_config, its part for one larb: nothing but memory changes.
     *
     * @param ports a bit for each
     * @param upper bits 33:32 of the ports' addresses
     */
    void configure(int ports, boolean enable, int upper) {
        long banks = bank.get();
        for (int port = 0; port < MtkLayout.LARB_PORTS; port++) {
            if ((ports >>> port & 1) != 0) {
                banks = banks & ~(3L << 2 * port) | (long) upper << 2 * port;
            }
        }
        bank.set(banks);
        long mask = ports & 0xffff_ffffL;
        mmu.set(enable ? mmu.get() | mask : mmu.get() & ~mask);
    }

    // ---- the larb's driver

    @Override
    public void powerOn() {
        wired.powerOn().run();
    }

    @Override
    public void resume() {
        kernel.driverRun(RESUME, device(), () -> {
            switch (wired.kind()) {
                case MASK_MT8173 -> writeMask(CONFIG_MT8173, MtkLayout.LARB_MMU_EN_MT8173);
                case MASK_MT8167 -> writeMask(CONFIG_MT8167, MtkLayout.LARB_MMU_EN_MT8167);
                case PORTS -> kernel.driverRun(CONFIG_PORTS, device(), this::writePorts);
            }
        });
    }

    private void writeMask(Term function, int offset) {
        kernel.driverRun(function, device(), () -> wired.registers().write32(offset, (int) mmu.get()));
    }

    // Bits are only ever added: a port that is no longer in the mask is left as it is.
    private void writePorts() {
        for (int port = 0; port < MtkLayout.LARB_PORTS; port++) {
            if ((mmu.get() >>> port & 1) != 0) {
                int offset = MtkLayout.LARB_NONSEC_CON + 4 * port;
                int upper = (int) (bank.get() >>> 2 * port) & 3;
                int value = wired.registers().read32(offset) | MtkLayout.NONSEC_MMU_EN | MtkLayout.bankSelect(upper);
                wired.registers().write32(offset, value);
            }
        }
    }

    @Override
    public void suspend() {
        kernel.driverRun(SUSPEND, device(), () -> {});
    }

    @Override
    public void powerOff() {
        wired.powerOff().run();
    }
}
