package org.iommulab.backend.mtk;

import java.util.List;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/**
 * A system controller, of which one register matters here. It is always on. Which register, and who uses it: infracfg's
 * REG_INFRA_MISC with F_DDR_4GB_SUPPORT_EN (include/linux/soc/mediatek/infracfg.h), read by mtk_iommu_probe; pericfg's
 * PERICFG_IOMMU_1 (drivers/iommu/mtk_iommu.c), written by mtk_iommu_config; both of v6.1. That the first is a strap,
 * which ignores writes, is the lab's choice.
 */
public final class MtkSyscon extends SimObject implements Mmio {
    private final String name;
    private final RegisterFile registers;

    MtkSyscon(Machine machine, String name, RegisterFile.Register register) {
        super(machine);
        this.name = name;
        this.registers = new RegisterFile(this, List.of(register));
    }

    /** Infracfg with its strap. */
    public static MtkSyscon infracfg(Machine machine, String name, boolean mode4Gb) {
        int strap = mode4Gb ? MtkLayout.INFRA_MISC_4GB : 0;
        return new MtkSyscon(machine, name, new RegisterFile.Register("REG_INFRA_MISC", MtkLayout.INFRA_MISC, strap));
    }

    /** Pericfg with the switches of the infrastructure's ports. */
    public static MtkSyscon pericfg(Machine machine, String name) {
        return new MtkSyscon(machine, name, new RegisterFile.Register("PERICFG_IOMMU_1", MtkLayout.PERICFG_IOMMU_1));
    }

    @Override
    public String label() {
        return name;
    }

    RegisterFile registers() {
        return registers;
    }

    @Override
    public int read32(int offset) {
        registers.emit(EventKind.REGISTER_READ, offset, registers.getUnsigned(offset));
        return registers.get32(offset);
    }

    @Override
    public void write32(int offset, int value) {
        if (offset != MtkLayout.INFRA_MISC) {
            registers.set32(offset, value);
        }
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
    }
}
