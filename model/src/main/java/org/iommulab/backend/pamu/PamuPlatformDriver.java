package org.iommulab.backend.pamu;

import java.util.List;
import java.util.Map;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.Driver;
import org.iommulab.core.DriverOps;
import org.iommulab.core.OpsTable;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.Term;

/** The platform driver of the chip's PAMUs (fsl_pamu_init, fsl_pamu_probe): one device, however many units it has. */
final class PamuPlatformDriver extends Driver {
    static final String NAME = "fsl-of-pamu";
    private static final String FILE = "drivers/iommu/fsl_pamu.c";
    private static final Term SETUP = Term.function("setup_one_pamu", FILE);
    private static final Term LIODNS = Term.function("setup_liodns", FILE);

    private final Site site;
    private final Wired wired;
    private final PamuTables tables;
    private final PamuDriver driver;
    private final PamuInterrupt interrupt;

    /**
     * The PAMUs of the board, as their driver will find them.
     *
     * @param device the platform device
     * @param units registers of each, in order
     * @param utilities registers of the chip's global utilities
     * @param liodns the property {@code fsl,liodn} of each device that has it
     */
    record Wired(
            Device device, List<Mmio> units, Mmio utilities, InterruptLine irq, Map<String, List<Integer>> liodns) {}

    PamuPlatformDriver(Site site, Wired wired) {
        super(site.kernel().machine(), NAME);
        this.site = site;
        this.wired = wired;
        this.tables = new PamuTables(site.kernel(), site.memory(), site.frames());
        this.driver = new PamuDriver(site.kernel(), site.core(), tables, wired.device(), wired.liodns());
        this.interrupt = new PamuInterrupt(site.kernel(), tables, wired.device(), wired.units());
    }

    DriverOps ops() {
        return driver.ops();
    }

    OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    @Override
    public boolean matches(Device device) {
        return device == wired.device();
    }

    /** fsl_pamu_init registers with the core (pamu_domain_init) before it lets the hardware be set up. */
    @Override
    public long probe(Device device) {
        long error = site.core()
                .probing()
                .register(driver.instance(), site.bus().devices().toList());
        if (error != 0) {
            return error;
        }
        wired.irq().connect(interrupt::handle);
        tables.allocate();
        int bypass = wired.utilities().read32(PamuLayout.PAMUBYPENR);
        for (int i = 0; i < wired.units().size(); i++) {
            Mmio unit = wired.units().get(i);
            site.kernel().driverRun(SETUP, device, () -> setUp(unit));
            bypass &= ~PamuLayout.bypassBit(i);
        }
        wired.utilities().write32(PamuLayout.PAMUBYPENR, bypass);
        site.kernel().driverRun(LIODNS, device, this::openAtBoot);
        return 0;
    }

    /** setup_liodns: the numbers of every node of the device tree, whether its device is there or not. */
    private void openAtBoot() {
        List<Device> there = site.bus().devices().toList();
        wired.liodns().forEach((name, numbers) -> {
            String type = there.stream()
                    .filter(d -> d.label().equals(name))
                    .findFirst()
                    .map(Device::type)
                    .orElse("");
            numbers.forEach(liodn -> tables.openAtBoot(liodn, type));
        });
    }

    private void setUp(Mmio unit) {
        long primaryEnd = tables.primary() + (long) PamuLayout.PRIMARY_ENTRIES * PamuLayout.ENTRY_BYTES;
        long secondaryEnd = tables.secondary() + (long) PamuLayout.SECONDARY_ENTRIES * PamuLayout.ENTRY_BYTES;
        write(unit, PamuLayout.PPBAH, tables.primary());
        write(unit, PamuLayout.PPLAH, primaryEnd);
        write(unit, PamuLayout.SPBAH, tables.secondary());
        write(unit, PamuLayout.SPLAH, secondaryEnd);
        write(unit, PamuLayout.OBAH, tables.operations());
        write(unit, PamuLayout.OLAH, tables.operations() + PamuLayout.OMT_BYTES);
        unit.write32(PamuLayout.PICS, PamuLayout.PICS_AV_ENABLE);
        unit.write32(PamuLayout.PC, PamuLayout.PC_PE | PamuLayout.PC_OCE | PamuLayout.PC_SPCC | PamuLayout.PC_PPCC);
    }

    private static void write(Mmio unit, int high, long address) {
        unit.write32(high, (int) (address >>> 32));
        unit.write32(high + 4, (int) address);
    }
}
