package org.iommulab.backend.armsmmu;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;

/** A unit that is on, with the tables of the example of ARM's descriptors in memory. */
final class ArmSmmuRig {
    static final long RAM = 0x1_0000_0000L;
    static final long TABLE = 0x1_0050_0000L;
    static final long INPUT = 0x1_2345_6000L;
    /** Where the page is: in RAM, so that accesses end. */
    static final long PAGE = 0x1_0100_0000L;

    static final ArmSmmuFeatures FEATURES = new ArmSmmuFeatures(3, true, 8, 4, 48);

    final Machine machine = Machine.recording();
    final PhysicalMemory memory = new PhysicalMemory(machine, RAM, 1 << 26);
    final ArmSmmuUnit unit = new ArmSmmuUnit(machine, "smmu", FEATURES, memory);

    ArmSmmuRig() {
        unit.write32(ArmSmmuLayout.SCR0, ArmSmmuLayout.SCR0_USFCFG | ArmSmmuLayout.SCR0_GFIE | ArmSmmuLayout.SCR0_GFRE);
    }

    /** A walk of four levels down to this page entry. */
    ArmSmmuRig table(long leaf) {
        memory.write64(TABLE, TABLE + 0x1003);
        memory.write64(TABLE + 0x1020, TABLE + 0x2003);
        memory.write64(TABLE + 0x28d0, TABLE + 0x3003);
        memory.write64(TABLE + 0x32b0, leaf);
        return this;
    }

    DmaMaster port(int stream) {
        return new DmaMaster(machine, "stream " + stream, Optional.of(unit), List.of(stream), memory);
    }

    void match(int index, int smr, int s2cr) {
        unit.write32(ArmSmmuLayout.S2CR + 4 * index, s2cr);
        unit.write32(ArmSmmuLayout.SMR + 4 * index, smr);
    }

    static int at(int bank, Register register) {
        return (FEATURES.firstBankPage() + bank << ArmSmmuLayout.PAGE_SHIFT) + register.offset();
    }

    long get(int bank, Register register) {
        return register.isWide() ? unit.read64(at(bank, register)) : unit.read32(at(bank, register));
    }

    /** As the driver writes a bank of stage 1, of 48 bits. */
    void stageOne(int bank) {
        unit.write32(ArmSmmuLayout.CBA2R + 4 * bank, 1);
        unit.write32(ArmSmmuLayout.CBAR + 4 * bank, 0x1f300);
        unit.write32(at(bank, Register.TCR2), 0x38015);
        unit.write32(at(bank, Register.TCR), 0x803510);
        unit.write64(at(bank, Register.TTBR0), (long) bank << 48 | TABLE);
        unit.write32(at(bank, Register.SCTLR), 0x1067);
    }

    /** As the driver writes a bank of stage 2, of 48 bits: five levels are not needed, so it starts at level 0. */
    void stageTwo(int bank) {
        unit.write32(ArmSmmuLayout.CBA2R + 4 * bank, 1);
        unit.write32(ArmSmmuLayout.CBAR + 4 * bank, bank + 1);
        unit.write32(at(bank, Register.TCR), 0x80053590);
        unit.write64(at(bank, Register.TTBR0), TABLE);
        unit.write32(at(bank, Register.SCTLR), 0x67);
    }
}
