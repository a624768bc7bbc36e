package org.iommulab.backend.tegragart;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * tegra20_mc_handle_irq (drivers/memory/tegra/tegra20.c), which v6.7 keeps: the memory controller tells of accesses that
 * find no page in the aperture. Nobody else hears of them. The kernel limits the rate of the line; the lab prints all.
 */
final class GartInterrupt {
    private static final Term IRQ = Term.function("tegra20_mc_handle_irq", "drivers/memory/tegra/tegra20.c");
    private static final Term READ = line("read");
    private static final Term WRITE = line("write");

    /** The first clients of tegra20_mc_clients, by their numbers. */
    private static final List<String> CLIENTS = List.of(
            "display0a",
            "display0ab",
            "display0b",
            "display0bb",
            "display0c",
            "display0cb",
            "display1b",
            "display1bb",
            "eppup",
            "g2pr",
            "g2sr",
            "mpeunifbr",
            "viruv",
            "avpcarm7r",
            "displayhc",
            "displayhcb",
            "fdcdrd",
            "g2dr",
            "host1xdmar",
            "host1xr");

    private final Kernel kernel;
    private final Device controller;
    private final Mmio registers;
    private final List<Name> names;

    /** A client's name as an operand of the line. */
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

    GartInterrupt(Kernel kernel, Device controller, Mmio registers) {
        this.kernel = kernel;
        this.controller = controller;
        this.registers = registers;
        this.names = Stream.concat(CLIENTS.stream(), Stream.of("unknown"))
                .map(name -> new Name(kernel.machine(), name))
                .toList();
    }

    private static Term line(String direction) {
        return LogText.of("<3>%o: " + direction + " @0x%08x: GART page fault (EMEM decode error)");
    }

    void handle() {
        kernel.driverRun(IRQ, controller, () -> {
            int status = registers.read32(GartLayout.INT_STATUS) & GartLayout.INTERRUPTS;
            if ((status & GartLayout.INT_INVALID_PAGE) != 0) {
                tell();
            }
            registers.write32(GartLayout.INT_STATUS, status);
        });
    }

    private void tell() {
        int request = registers.read32(GartLayout.ERROR_REQ);
        long address = registers.read32(GartLayout.ERROR_ADR) & 0xffff_ffffL;
        Name client = names.get(Math.min(GartLayout.errorClient(request), names.size() - 1));
        kernel.log().line(GartLayout.errorWrites(request) ? WRITE : READ, controller, client.id(), address);
    }
}
