package org.iommulab.backend.tegrasmmu;

import java.util.Optional;
import org.iommulab.backend.tegrasmmu.TegraSmmuChip.Client;
import org.iommulab.backend.tegrasmmu.TegraSmmuChip.SwGroup;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.sim.Machine;

/** Who is translated with which address space, and where each address space's directory is. */
final class TegraSmmuSpaces {
    private final Machine machine;
    private final TegraSmmuChip chip;
    private final RegisterFile registers;
    /** First of the cells with PTB_DATA of each address space. */
    private final int pointers;

    TegraSmmuSpaces(Machine machine, TegraSmmuChip chip, RegisterFile registers) {
        this.machine = machine;
        this.chip = chip;
        this.registers = registers;
        this.pointers = machine.newCells(chip.caches().asids());
    }

    // ---- directories

    private int asid(int value) {
        return value & chip.caches().asids() - 1;
    }

    /** PTB_DATA of an address space. */
    long pointer(int asid) {
        return machine.load(pointers + asid);
    }

    /** PTB_DATA of the address space that PTB_ASID names. */
    long selected() {
        return pointer(asid(registers.get32(TegraSmmuLayout.PTB_ASID)));
    }

    void select(int pointer) {
        machine.store(pointers + asid(registers.get32(TegraSmmuLayout.PTB_ASID)), pointer & 0xffff_ffffL);
    }

    /** Physical address of an address space's directory. */
    long directory(int asid) {
        return chip.format().tableAddress(0, pointer(asid));
    }

    // ---- who

    private boolean isOn() {
        return (registers.get32(TegraSmmuLayout.SMMU_CONFIG) & TegraSmmuLayout.CONFIG_ENABLE) != 0;
    }

    private boolean isOn(Client client) {
        int word = registers.get32(TegraSmmuLayout.clientRegister(client.id()));
        return (word & TegraSmmuLayout.clientBit(client.id())) != 0;
    }

    boolean isOn(SwGroup group) {
        return (registers.get32(group.register()) & TegraSmmuLayout.ASID_ENABLE) != 0;
    }

    int asidOf(SwGroup group) {
        return asid(registers.get32(group.register()) & TegraSmmuLayout.ASID_MASK);
    }

    /** The group whose address space a port's accesses are translated with now; empty when they pass. */
    Optional<SwGroup> translatedGroup(int number, boolean write) {
        Optional<Client> client = chip.client(number, write);
        Optional<SwGroup> group = chip.swGroup(number);
        return isOn() && client.isPresent() && isOn(client.get()) ? group.filter(this::isOn) : Optional.empty();
    }

    /** The first group that is translated, for those who ask about no port. */
    Optional<SwGroup> firstGroup() {
        return chip.swGroups().stream()
                .filter(g -> translatedGroup(g.number(), false).isPresent())
                .findFirst();
    }
}
