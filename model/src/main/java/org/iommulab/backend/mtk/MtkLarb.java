package org.iommulab.backend.mtk;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.backend.mtk.MtkSoc.LarbKind;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A local arbiter (larb): the hardware between some masters and the M4U. For each of its ports it knows whether accesses
 * go through the M4U, and on SoCs with 34-bit input addresses what the upper two bits are. It loses both with its power.
 */
public final class MtkLarb extends SimObject implements Mmio {
    private final String name;
    private final int number;
    private final LarbKind kind;
    private final RegisterFile registers;
    private final FlagCell powered;

    MtkLarb(Machine machine, String name, int number, LarbKind kind) {
        super(machine);
        this.name = name;
        this.number = number;
        this.kind = kind;
        this.registers = new RegisterFile(this, registersOf(kind));
        this.powered = new FlagCell(this, Lane.HARDWARE, Term.flag("powered"));
    }

    private static List<Register> registersOf(LarbKind kind) {
        return switch (kind) {
            case MASK_MT8173 -> List.of(new Register("MMU_EN", MtkLayout.LARB_MMU_EN_MT8173));
            case MASK_MT8167 -> List.of(new Register("MMU_EN", MtkLayout.LARB_MMU_EN_MT8167));
            case PORTS ->
                IntStream.range(0, MtkLayout.LARB_PORTS)
                        .mapToObj(port -> new Register("NONSEC_CON" + port, nonsecCon(port)))
                        .toList();
        };
    }

    private static int nonsecCon(int port) {
        return MtkLayout.LARB_NONSEC_CON + 4 * port;
    }

    @Override
    public String label() {
        return name;
    }

    int number() {
        return number;
    }

    // ---- power

    public void powerOn() {
        powered.set(true);
    }

    public void powerOff() {
        registers.reset();
        powered.set(false);
    }

    boolean powered() {
        return powered.get();
    }

    // ---- registers

    @Override
    public int read32(int offset) {
        int value = powered() ? registers.get32(offset) : 0;
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        if (powered()) {
            registers.set32(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
    }

    /** Whether accesses of a port go through the M4U. */
    boolean isVirtual(int port) {
        return switch (kind) {
            case MASK_MT8173 -> registers.bit(MtkLayout.LARB_MMU_EN_MT8173, port);
            case MASK_MT8167 -> registers.bit(MtkLayout.LARB_MMU_EN_MT8167, port);
            case PORTS -> (registers.get32(nonsecCon(port)) & MtkLayout.NONSEC_MMU_EN) != 0;
        };
    }

    /** Bits 33:32 of the input addresses of a port. */
    int bankSelect(int port) {
        return kind == LarbKind.PORTS ? MtkLayout.bankSelected(registers.get32(nonsecCon(port))) : 0;
    }

    boolean anyVirtual() {
        return powered() && IntStream.range(0, MtkLayout.LARB_PORTS).anyMatch(this::isVirtual);
    }

    /** The registers that are not 0, as a person looks at them. */
    List<RegisterView> registers() {
        return registers.views((register, value) -> value == 0 ? "" : meaning(register, (int) value)).stream()
                .filter(view -> view.value() != 0)
                .map(view -> new RegisterView(name + " " + view.name(), view.offset(), view.value(), view.meaning()))
                .toList();
    }

    private String meaning(Register register, int value) {
        if (kind == LarbKind.PORTS) {
            String through = (value & MtkLayout.NONSEC_MMU_EN) != 0 ? "through the M4U" : "past the M4U";
            int upper = MtkLayout.bankSelected(value);
            return upper == 0 ? through : through + ", addresses from " + 4 * upper + " GiB";
        }
        return "through the M4U: port "
                + String.join(
                        ", ",
                        IntStream.range(0, MtkLayout.LARB_PORTS)
                                .filter(port -> (value >>> port & 1) != 0)
                                .mapToObj(Integer::toString)
                                .toList());
    }
}
