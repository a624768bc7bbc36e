package org.iommulab.user.vfio;

import org.iommulab.bus.Device;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciReset;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** What vfio-pci does to a function that is opened and closed (drivers/vfio/pci/vfio_pci_core.c). */
final class VfioPciCore {
    private static final String FILE = "drivers/vfio/pci/vfio_pci_core.c";
    private static final Term ENABLE = Term.function("vfio_pci_core_enable", FILE);
    private static final Term DISABLE = Term.function("vfio_pci_core_disable", FILE);
    private static final Term RESET =
            Term.of("pci_try_reset_function", "drivers/pci/pci.c", Operand.NONE, Operand.NONE, Operand.ERRNO);
    private static final Term ENABLING = LogText.of("<6>enabling device (%04x -> %04x)");
    private static final Term BOGUS_PIN = LogText.of("<4>Hardware bug: VF reports bogus INTx pin %d");
    private static final int COMMAND = 0x04;
    private static final int IO = 1;
    private static final int MEMORY = 2;
    private static final int BUS_MASTER = 4;
    private static final int FIRST_BAR = 0x10;
    private static final int BARS = 6;
    private static final int INTERRUPT_LINE_AND_PIN = 0x3c;

    private final Kernel kernel;
    private final Device device;
    private final PciFunction function;
    private final FlagCell resetWorks;

    VfioPciCore(VfioDevice owner, Kernel kernel, PciFunction function) {
        this.kernel = kernel;
        this.device = owner.device();
        this.function = function;
        this.resetWorks = new FlagCell(owner, Lane.USER, Term.flag("reset_works"));
    }

    boolean resetWorks() {
        return resetWorks.get();
    }

    /** PCI_COMMAND_MASTER: the function may begin accesses to memory. */
    boolean isBusMaster() {
        return (function.config().read16(COMMAND) & BUS_MASTER) != 0;
    }

    /** A user's write of the command register: memory and bus master on, or bus master off. */
    void setBusMaster(boolean on) {
        int command = function.config().read16(COMMAND);
        command(on ? command | MEMORY | BUS_MASTER : command & ~BUS_MASTER);
    }

    // pci_clear_master and others write when there is something to change
    private void command(int value) {
        if (value != function.config().read16(COMMAND)) {
            function.config().write16(COMMAND, value);
        }
    }

    private void clearMaster() {
        command(function.config().read16(COMMAND) & ~BUS_MASTER);
    }

    void enable() {
        run(ENABLE, () -> {
            clearMaster();
            enableResources();
            resetWorks.set(reset() == 0);
            // vfio_config_init
            int pin = function.config().read32(INTERRUPT_LINE_AND_PIN) >>> 8 & 0xff;
            if (function.isVirtual() && pin != 0) {
                kernel.log().line(BOGUS_PIN, device, pin, 0);
            }
        });
    }

    // pci_enable_resources: what the base address registers ask for; those of a virtual function are its physical one's
    private void enableResources() {
        int before = function.config().read16(COMMAND);
        int after = before | (function.isVirtual() ? MEMORY : spaces(function.found()));
        if (after != before) {
            kernel.log().line(ENABLING, device, before, after);
            command(after);
        }
    }

    private static int spaces(ConfigSpace space) {
        int spaces = 0;
        for (int bar = 0; bar < BARS; bar++) {
            int value = space.read32(FIRST_BAR + 4 * bar);
            if (value != 0) {
                spaces |= (value & 1) != 0 ? IO : MEMORY;
            }
            if ((value & 7) == 4) {
                bar++; // a register of 64 bits takes two
            }
        }
        return spaces;
    }

    void disable() {
        run(DISABLE, () -> {
            clearMaster();
            if (resetWorks.get()) {
                reset();
            }
        });
    }

    /** -ENOTTY when the function knows no way. */
    long reset() {
        return device.machine()
                .call(Lane.CORE, RESET, device, 0, 0, () -> PciReset.canReset(device) ? 0 : Errno.ENOTTY.negative());
    }

    private void run(Term term, Runnable body) {
        device.machine().run(Lane.USER, term, device, 0, 0, body);
    }
}
