package org.iommulab.backend.tegrasmmu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * tegra30_mc_handle_irq (drivers/memory/tegra/mc.c): the memory controller tells of faults, not the SMMU's driver. It
 * asks no fault handler and stops nobody. The kernel limits the rate of these lines; the lab prints all.
 */
final class TegraMcInterrupt {
    private static final Term IRQ = Term.function("tegra30_mc_handle_irq", "drivers/memory/tegra/mc.c");
    private static final String DECODE_ERROR = "EMEM address decode error";
    private static final String PAGE_FAULT = "Page fault";
    private static final Map<Wording, Term> LINES = lines();

    private final Kernel kernel;
    private final Device controller;
    private final TegraSmmuChip chip;
    private final Mmio registers;
    private final Map<Integer, Name> clients = new LinkedHashMap<>();
    private final Name unknown;

    /** A client's name as an operand of a line. */
    private static final class Name extends SimObject {
        private final String name;

        Name(Machine machine, String name) {
            super(machine);
            this.name = name;
        }

        @Override
        public String label() {
            return name;
        }
    }

    /** All of a line that is no operand; {@code wide} where phys_addr_t has 64 bits. */
    private record Wording(String error, boolean write, String flags, boolean wide) {
        private Term line() {
            return LogText.of("<3>%o: " + (write ? "write" : "read") + " @0x" + (wide ? "%016x" : "%08x") + ": " + error
                    + " (SMMU translation error [" + flags + "])");
        }
    }

    TegraMcInterrupt(Kernel kernel, Device controller, TegraSmmuChip chip, Mmio registers) {
        this.kernel = kernel;
        this.controller = controller;
        this.chip = chip;
        this.registers = registers;
        for (TegraSmmuChip.Client client : chip.clients()) {
            clients.put(client.id(), new Name(kernel.machine(), client.name()));
        }
        this.unknown = new Name(kernel.machine(), "unknown");
    }

    // A log format for each wording, made once: a format may not depend on a run.
    private static Map<Wording, Term> lines() {
        var wordings = new ArrayList<Wording>();
        for (int bits = 0; bits < 32; bits++) {
            String flags = TegraSmmuLayout.errorFlags(bits << TegraSmmuLayout.ERR_FLAGS_SHIFT);
            for (String error : List.of(DECODE_ERROR, PAGE_FAULT)) {
                wordings.add(new Wording(error, (bits & 8) != 0, flags, (bits & 16) != 0));
            }
        }
        var lines = new LinkedHashMap<Wording, Term>();
        wordings.forEach(wording -> lines.put(wording, wording.line()));
        return lines;
    }

    /** One line for each status bit, in the order of the bits; all are acknowledged at the end. */
    void handle() {
        kernel.driverRun(IRQ, controller, () -> {
            int status = registers.read32(TegraSmmuLayout.INTSTATUS) & TegraSmmuLayout.interrupts(chip);
            if ((status & TegraSmmuLayout.INT_DECODE_ERROR) != 0) {
                tell(DECODE_ERROR);
            }
            if ((status & TegraSmmuLayout.INT_PAGE_FAULT) != 0) {
                tell(PAGE_FAULT);
            }
            registers.write32(TegraSmmuLayout.INTSTATUS, status);
        });
    }

    private void tell(String error) {
        int status = registers.read32(TegraSmmuLayout.ERR_STATUS);
        long address = registers.read32(TegraSmmuLayout.ERR_ADR) & 0xffff_ffffL;
        var wording = new Wording(
                error, TegraSmmuLayout.errorWrites(status), TegraSmmuLayout.errorFlags(status), kernel.config("ARM64"));
        Name client = Optional.ofNullable(clients.get(TegraSmmuLayout.errorClient(chip, status)))
                .orElse(unknown);
        Optional.ofNullable(LINES.get(wording))
                .ifPresent(line -> kernel.log().line(line, controller, client.id(), address));
    }
}
