package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/**
 * DSP_SYSTEM of a DRA7 DSP, as far as it concerns MMUs: one that is not enabled here lets accesses pass untouched. The
 * register is DSP_SYS_MMU_CONFIG of drivers/iommu/omap-iommu.h, its bits DSP_SYS_MMU_CONFIG_EN_SHIFT apart; who writes it
 * is dra7_cfg_dspsys_mmu of drivers/iommu/omap-iommu.c (v6.1).
 */
final class DspSystem extends SimObject implements Mmio {
    private final String name;
    private final RegisterFile registers;

    DspSystem(Machine machine, String name) {
        super(machine);
        this.name = name;
        this.registers = new RegisterFile(
                this, List.of(new RegisterFile.Register("DSP_SYS_MMU_CONFIG", OmapLayout.DSP_SYS_MMU_CONFIG)));
    }

    @Override
    public String label() {
        return name;
    }

    /** Whether an MMU may translate: 0 is MDMA's, 1 EDMA's. */
    boolean enables(int mmu) {
        return (registers.get32(OmapLayout.DSP_SYS_MMU_CONFIG) & OmapLayout.mmuEnable(mmu)) != 0;
    }

    @Override
    public int read32(int offset) {
        int value = registers.get32(offset);
        registers.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        registers.set32(offset, value);
        registers.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
    }
}
