package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** The always-on block of the SMI, as far as it decides which ports go through the M4U: four bits for each port. */
public final class MtkV1Smi extends SimObject implements Mmio {
    private final String name;
    private final RegisterFile registers;

    MtkV1Smi(Machine machine, String name) {
        super(machine);
        this.name = name;
        this.registers = new RegisterFile(
                this,
                IntStream.range(0, MtkV1Layout.SMI_REGISTERS)
                        .mapToObj(i -> new Register("SMI_SECUR_CON_" + i, MtkV1Layout.SMI_SECUR_CON + 4 * i))
                        .toList());
    }

    @Override
    public String label() {
        return name;
    }

    @Override
    public int read32(int offset) {
        registers.emit(EventKind.REGISTER_READ, offset, registers.getUnsigned(offset));
        return registers.get32(offset);
    }

    @Override
    public void write32(int offset, int value) {
        registers.set32(offset, value);
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
    }

    /** Whether accesses of a port go through the M4U. */
    boolean isVirtual(int id) {
        return registers.bit(MtkV1Layout.smiRegister(id), MtkV1Layout.smiShift(id) + MtkV1Layout.SMI_VIRTUAL_BIT);
    }

    /** Whether those of any port do. */
    boolean anyVirtual() {
        return IntStream.range(0, MtkV1Layout.SMI_REGISTERS * MtkV1Layout.PORTS_PER_REGISTER)
                .anyMatch(this::isVirtual);
    }

    /** The registers as a person looks at them. */
    public List<RegisterView> registers() {
        return registers.views((register, value) -> meaning(register, value));
    }

    private static String meaning(Register register, long value) {
        int first = (register.offset() - MtkV1Layout.SMI_SECUR_CON) / 4 * MtkV1Layout.PORTS_PER_REGISTER;
        var ports = IntStream.range(first, first + MtkV1Layout.PORTS_PER_REGISTER)
                .filter(id -> (value >>> MtkV1Layout.smiShift(id) + MtkV1Layout.SMI_VIRTUAL_BIT & 1) != 0)
                .mapToObj(Integer::toString)
                .toList();
        return ports.isEmpty() ? "" : "through the M4U: port " + String.join(", ", ports);
    }
}
