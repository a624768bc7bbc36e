package org.iommulab.bus.pci;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * A function's configuration space as hardware: what it had at power-on, and those of its registers that somebody in the
 * lab writes and reads back. Writes to others change nothing.
 */
public final class ConfigRegisters extends SimObject implements ConfigAccess {
    private static final int COMMAND_MASK = 0x07ff;
    private static final int BUS_NUMBERS_MASK = 0x00ff_ffff;
    private static final int DEVICE_CONTROL_2 = 0x28;
    private static final int ARI_FORWARDING = 1 << 5;

    private final String name;
    private final ConfigSpace initial;
    private final Map<Integer, Register> registers;

    private record Register(Term term, int mask, LongCell cell) {}

    /** @param name what to call it */
    public ConfigRegisters(Machine machine, String name, ConfigSpace initial) {
        super(machine);
        this.name = name;
        this.initial = initial;
        var writable = new TreeMap<Integer, Register>();
        add(writable, 4, "command", COMMAND_MASK);
        if (initial.headerType() == 1) {
            add(writable, BridgeNumbers.REGISTER, "bus numbers", BUS_NUMBERS_MASK);
        }
        initial.find(StandardCapability.EXPRESS)
                .ifPresent(at -> add(writable, at + DEVICE_CONTROL_2, "device control 2", ARI_FORWARDING));
        initial.find(ExtendedCapability.ACS)
                .ifPresent(at ->
                        add(writable, at + Acs.CAPABILITY, "ACS capability and control", initial.read16(at + 4) << 16));
        if (AcsQuirk.hasControlInTheNextWord(initial)) {
            initial.find(ExtendedCapability.ACS)
                    .ifPresent(at -> add(writable, at + Acs.CAPABILITY + 4, "ACS control", initial.read16(at + 4)));
        }
        initial.find(ExtendedCapability.SRIOV).ifPresent(at -> {
            int control = SriovCapability.VF_ENABLE | SriovCapability.VF_MEMORY | SriovCapability.ARI_HIERARCHY;
            add(writable, at + SriovCapability.CONTROL, "SR-IOV control", control);
            add(writable, at + SriovCapability.NUM_VFS, "NumVFs", 0xffff);
        });
        this.registers = Collections.unmodifiableMap(writable);
    }

    private void add(Map<Integer, Register> to, int offset, String field, int mask) {
        if ((offset & 3) == 0 && offset + 4 <= initial.size()) {
            var term = Term.hex(field);
            var cell = new LongCell(this, Lane.HARDWARE, term);
            cell.setQuietly(initial.read32(offset) & 0xffff_ffffL);
            to.put(offset, new Register(term, mask, cell));
        }
    }

    @Override
    public String label() {
        return name;
    }

    /** What it had at power-on: what it is never changes. */
    public ConfigSpace initial() {
        return initial;
    }

    @Override
    public int read32(int offset) {
        Register register = registers.get(offset);
        return register == null ? initial.read32(offset) : (int) register.cell().get();
    }

    @Override
    public void write32(int offset, int value) {
        Register register = registers.get(offset);
        if (register == null) {
            return;
        }
        int now = read32(offset) & ~register.mask() | value & register.mask();
        machine().emit(EventKind.REGISTER_WRITE, Lane.CORE, register.term(), this, offset, now & 0xffff_ffffL);
        register.cell().setQuietly(now & 0xffff_ffffL);
    }

    @Override
    public ConfigSpace snapshot() {
        byte[] bytes = initial.bytes();
        registers.forEach((offset, register) -> {
            for (int b = 0; b < 4; b++) {
                bytes[offset + b] = (byte) (register.cell().get() >>> 8 * b);
            }
        });
        return ConfigSpace.of(bytes);
    }

    /** The bus numbers that it decodes now. */
    public BridgeNumbers busNumbers() {
        return BridgeNumbers.of(read32(BridgeNumbers.REGISTER));
    }
}
