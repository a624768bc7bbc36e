package org.iommulab.hardware;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.SimObject;

/**
 * A unit's registers, of which some have 64 bits: these can be reached as a whole, or by either half. What a write does
 * to them is the unit's business, and what follows from it, too.
 */
public abstract class WideRegisters {
    /** A write reached no register. */
    public static final int NONE = -1;

    private final RegisterFile file;

    protected WideRegisters(SimObject unit, List<Register> registers) {
        this.file = new RegisterFile(unit, registers);
    }

    /** Whether the register at an offset has 64 bits. */
    protected abstract boolean isWide(int offset);

    /** What the CPU writes to a register that exists: the whole content, also of a wide one half of which is written. */
    protected abstract void write(int offset, long value);

    // ---- the CPU's accesses, with their events

    public final int read32(int offset) {
        int register = register(offset);
        int value = (int) (get(register) >>> (register == offset ? 0 : 32));
        file.emit(EventKind.REGISTER_READ, register, value & 0xffff_ffffL);
        return value;
    }

    public final long read64(int offset) {
        long value = get(offset);
        file.emit(EventKind.REGISTER_READ, offset, value);
        return value;
    }

    /** The register that was written, or {@link #NONE}. */
    public final int write32(int offset, int value) {
        int register = register(offset);
        long word = value & 0xffff_ffffL;
        file.emit(EventKind.REGISTER_WRITE, register, word);
        if (!isWide(register)) {
            return written(register, word);
        }
        return written(
                register,
                register == offset ? get(register) & ~0xffff_ffffL | word : get(register) & 0xffff_ffffL | word << 32);
    }

    /** The register that was written, or {@link #NONE}. */
    public final int write64(int offset, long value) {
        file.emit(EventKind.REGISTER_WRITE, offset, value);
        return written(offset, value);
    }

    private int register(int offset) {
        return (offset & 4) != 0 && isWide(offset & ~4) ? offset & ~4 : offset;
    }

    private int written(int register, long value) {
        if (!file.has(register)) {
            return NONE;
        }
        write(register, value);
        return register;
    }

    // ---- content

    public final long get(int offset) {
        return file.get(offset);
    }

    public final int get32(int offset) {
        return file.get32(offset);
    }

    /** What the unit itself changes. */
    public final void set(int offset, long value) {
        file.set(offset, value);
    }

    /** The same for a 32-bit register. */
    public final void set32(int offset, int value) {
        file.set32(offset, value);
    }

    /** The registers as a person looks at them. */
    public final List<RegisterView> views() {
        return file.views(this::meaning);
    }

    /** What a content means, for people; empty when there is nothing to say. */
    protected abstract String meaning(Register register, long value);
}
