package org.iommulab.backend.exynos;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.exynos.SysMmuLayout.Register;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The register content of a unit in journaled cells: no meaning yet, that is {@link SysMmu}'s. */
final class SysMmuRegisters {
    private static final Term UNKNOWN = term("unknown register");

    private final Machine machine;
    private final SimObject unit;
    private final Revision revision;
    private final List<Register> registers;
    private final List<Term> terms;
    private final int cells;

    SysMmuRegisters(SimObject unit, Revision revision) {
        this.machine = unit.machine();
        this.unit = unit;
        this.revision = revision;
        this.registers = revision.variant().registers();
        this.terms = registers.stream().map(r -> term(r.name())).toList();
        this.cells = machine.newCells(registers.size());
    }

    private static Term term(String name) {
        return Term.of(name, "", Operand.HEX, Operand.HEX, Operand.NONE);
    }

    private int position(int offset) {
        for (int i = 0; i < registers.size(); i++) {
            if (registers.get(i).offset() == offset) {
                return i;
            }
        }
        return -1;
    }

    /** Content of a register; 0 where there is none. */
    int get(int offset) {
        if (offset == SysMmuLayout.MMU_VERSION) {
            return revision.versionRegister();
        }
        boolean v7 = revision.variant().isV7();
        if (offset == SysMmuLayout.CAPA0 && v7) {
            return SysMmuLayout.CAPA0_CAPA1_EXIST;
        }
        if (offset == SysMmuLayout.CAPA1 && v7) {
            return revision.vmBank() ? SysMmuLayout.CAPA1_VCR_ENABLED : 0;
        }
        int position = position(offset);
        return position < 0 ? 0 : (int) machine.load(cells + position);
    }

    /** The same, as an unsigned number. */
    long getUnsigned(int offset) {
        return get(offset) & 0xffff_ffffL;
    }

    /** Changes a register that exists, without an event. */
    void set(int offset, int value) {
        int position = position(offset);
        if (position >= 0) {
            machine.store(cells + position, value & 0xffff_ffffL);
        }
    }

    void reset() {
        for (int i = 0; i < registers.size(); i++) {
            machine.store(cells + i, 0);
        }
    }

    /** The event of an access by the CPU. */
    void emit(EventKind kind, int offset, int value) {
        int position = position(offset);
        Term term = position < 0 ? UNKNOWN : terms.get(position);
        machine.emit(kind, Lane.HARDWARE, term, unit, offset, value & 0xffff_ffffL);
    }

    List<RegisterView> views() {
        var views = new ArrayList<RegisterView>();
        for (Register register : registers) {
            long value = getUnsigned(register.offset());
            views.add(new RegisterView(register.name(), register.offset(), value, meaning(register.offset(), value)));
        }
        return views;
    }

    private String meaning(int offset, long value) {
        if (offset == SysMmuLayout.MMU_CTRL) {
            return switch ((int) value & 3) {
                case 1 -> "enabled";
                case 3 -> "blocked";
                default -> "disabled: pass-through";
            };
        }
        if (offset == SysMmuLayout.MMU_CFG) {
            return (value & SysMmuLayout.CFG_EAP) != 0 ? "permissions are checked" : "permissions are ignored";
        }
        if (offset == SysMmuLayout.MMU_STATUS) {
            return (value & SysMmuLayout.STATUS_BLOCKED) != 0 ? "block completed" : "";
        }
        if (offset == SysMmuLayout.MMU_VERSION) {
            return "revision " + revision;
        }
        if (offset == revision.variant().ptBase()) {
            return "table at " + EntryWords.hex(value << revision.variant().ptBaseShift());
        }
        if (offset == revision.variant().intStatus() && value != 0) {
            return revision.variant()
                    .cause(Long.numberOfTrailingZeros(value))
                    .map(SysMmuLayout.FaultCause::name)
                    .orElse("unknown cause");
        }
        return "";
    }
}
