package org.iommulab.backend.exynos;

import java.util.List;
import org.iommulab.backend.exynos.SysMmuLayout.Revision;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.SimObject;

/** The registers of a SysMMU: those that hold what was written, and those that tell what the unit is. */
final class SysMmuRegisters {
    private final Revision revision;
    private final RegisterFile file;

    SysMmuRegisters(SimObject unit, Revision revision) {
        this.revision = revision;
        this.file = new RegisterFile(
                unit,
                revision.variant().registers().stream()
                        .map(r -> new RegisterFile.Register(r.name(), r.offset()))
                        .toList());
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
        return file.get32(offset);
    }

    /** The same, as an unsigned number. */
    long getUnsigned(int offset) {
        return get(offset) & 0xffff_ffffL;
    }

    /** Changes a register that exists, without an event. */
    void set(int offset, int value) {
        file.set32(offset, value);
    }

    void reset() {
        file.reset();
    }

    /** The event of an access by the CPU. */
    void emit(EventKind kind, int offset, int value) {
        file.emit(kind, offset, value & 0xffff_ffffL);
    }

    List<RegisterView> views() {
        return file.views(
                register -> getUnsigned(register.offset()), (register, value) -> meaning(register.offset(), value));
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
