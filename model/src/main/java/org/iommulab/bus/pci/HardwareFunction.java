package org.iommulab.bus.pci;

import java.util.Optional;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;

/** A function of the machine as hardware: where it is plugged in, its registers, and its virtual functions. */
public final class HardwareFunction extends SimObject implements ConfigAccess {
    private final ConfigRegisters registers;
    private final Optional<HardwareFunction> above;
    private final PciAddress plugged;
    private final RefList<ConfigRegisters> virtual;

    /**
     * @param above the bridge below which it is plugged in; empty on a root bus
     * @param plugged where it was at power-on; of it only the domain, the root bus and the devfn last
     */
    HardwareFunction(ConfigRegisters registers, Optional<HardwareFunction> above, PciAddress plugged) {
        super(registers.machine());
        this.registers = registers;
        this.above = above;
        this.plugged = plugged;
        this.virtual = new RefList<>(this, ConfigRegisters.class);
    }

    @Override
    public String label() {
        return registers.label();
    }

    public Optional<HardwareFunction> above() {
        return above;
    }

    public ConfigRegisters registers() {
        return registers;
    }

    PciAddress plugged() {
        return plugged;
    }

    boolean isBridge() {
        return registers.initial().headerType() == 1;
    }

    @Override
    public int read32(int offset) {
        return registers.read32(offset);
    }

    @Override
    public ConfigSpace snapshot() {
        return registers.snapshot();
    }

    /** With VF Enable the virtual functions come and go. */
    @Override
    public void write32(int offset, int value) {
        registers.write32(offset, value);
        Optional<SriovCapability> sriov = SriovCapability.of(registers.snapshot());
        if (sriov.isPresent() && sriov.get().at() + SriovCapability.CONTROL == offset) {
            virtual.clear();
            if (sriov.get().enabled()) {
                makeVirtual(sriov.get());
            }
        }
    }

    private void makeVirtual(SriovCapability sriov) {
        ConfigSpace space = VirtualConfigSpace.of(registers.initial(), sriov);
        for (int i = 0; i < Math.min(sriov.numVfs(), sriov.totalVfs()); i++) {
            virtual.add(new ConfigRegisters(machine(), label() + " VF " + i, space));
        }
    }

    /** @param bus the number that its bus has now */
    Optional<ConfigRegisters> virtualAt(int bus, int requesterId) {
        if (virtual.isEmpty()) {
            return Optional.empty();
        }
        SriovCapability sriov = SriovCapability.of(registers.snapshot()).orElseThrow();
        int own = bus << 8 | plugged.devfn();
        int index = 0;
        for (ConfigRegisters function : virtual.toList()) {
            if (sriov.requesterId(own, index++) == requesterId) {
                return Optional.of(function);
            }
        }
        return Optional.empty();
    }
}
