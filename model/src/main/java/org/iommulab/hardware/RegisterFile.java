package org.iommulab.hardware;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** A unit's registers by name and offset, their content in journaled cells. What they mean is the unit's business. */
public final class RegisterFile {
    private static final Term UNKNOWN = Term.hex("unknown register");

    private final Machine machine;
    private final SimObject unit;
    private final List<Register> registers;
    private final int[] offsets;
    private final int[] places;
    private final Term[] terms;
    private final int cells;

    /**
     * A register.
     *
     * @param term the manual's or the driver's name, as events say it
     * @param offset bytes from the unit's base
     * @param reset its content after power-on
     */
    public record Register(Term term, int offset, long reset) {
        public Register(String name, int offset, long reset) {
            this(Term.hex(name), offset, reset);
        }

        /** One that is 0 after power-on. */
        public Register(String name, int offset) {
            this(name, offset, 0);
        }

        public String name() {
            return term.name();
        }
    }

    /** What a content means, for people; empty when there is nothing to say. */
    @FunctionalInterface
    public interface Meaning {
        String of(Register register, long value);
    }

    /** @param registers in the order in which they are shown; offsets differ */
    public RegisterFile(SimObject unit, List<Register> registers) {
        this.machine = unit.machine();
        this.unit = unit;
        this.registers = List.copyOf(registers);
        this.offsets = registers.stream().mapToInt(Register::offset).toArray();
        if (Arrays.stream(offsets).distinct().count() != offsets.length) {
            throw new IllegalArgumentException("two registers at one offset");
        }
        this.places = placesOf();
        for (int i = 0; i < offsets.length; i++) {
            place(i);
        }
        this.terms = registers.stream().map(Register::term).toArray(Term[]::new);
        this.cells = machine.newCells(registers.size());
        reset();
    }

    private int position(int offset) {
        int slot = slotOf(offset);
        while (places[slot] > 0) {
            int position = places[slot] - 1;
            if (offsets[position] == offset) {
                return position;
            }
            slot = slot + 1 & places.length - 1;
        }
        return -1;
    }

    private int slotOf(int offset) {
        return (offset >>> 2 ^ offset >>> 13) & places.length - 1;
    }

    /** Open addressing, at most half full: a position plus one, or 0. */
    private int[] placesOf() {
        return new int[Math.max(4, Integer.highestOneBit(offsets.length) << 2)];
    }

    private void place(int position) {
        int slot = slotOf(offsets[position]);
        while (places[slot] > 0) {
            slot = slot + 1 & places.length - 1;
        }
        places[slot] = position + 1;
    }

    public boolean has(int offset) {
        return position(offset) >= 0;
    }

    /** Content of a register; 0 where there is none. */
    public long get(int offset) {
        int position = position(offset);
        return position < 0 ? 0 : machine.load(cells + position);
    }

    /** The low 32 bits. */
    public int get32(int offset) {
        return (int) get(offset);
    }

    /** The low 32 bits, as an unsigned number. */
    public long getUnsigned(int offset) {
        return get(offset) & 0xffff_ffffL;
    }

    public boolean bit(int offset, int bit) {
        return (get(offset) >>> bit & 1) != 0;
    }

    /** Changes a register that exists, without an event. */
    public void set(int offset, long value) {
        int position = position(offset);
        if (position >= 0) {
            machine.store(cells + position, value);
        }
    }

    /** The same for a 32-bit register. */
    public void set32(int offset, int value) {
        set(offset, value & 0xffff_ffffL);
    }

    /** Power comes back: every register is what it is after reset. */
    public void reset() {
        for (int i = 0; i < offsets.length; i++) {
            machine.store(cells + i, registers.get(i).reset());
        }
    }

    /** The event of an access by the CPU: {@link EventKind#REGISTER_READ} or {@link EventKind#REGISTER_WRITE}. */
    public void emit(EventKind kind, int offset, long value) {
        int position = position(offset);
        machine.emit(kind, Lane.HARDWARE, position < 0 ? UNKNOWN : terms[position], unit, offset, value);
    }

    /** The registers as a person looks at them. */
    public List<RegisterView> views(Meaning meaning) {
        return views(register -> get(register.offset()), meaning);
    }

    /** The same for a unit some of whose registers are not cells but answer otherwise. */
    public List<RegisterView> views(ToLongFunction<Register> content, Meaning meaning) {
        var views = new ArrayList<RegisterView>();
        for (Register register : registers) {
            long value = content.applyAsLong(register);
            views.add(new RegisterView(
                    register.name(), register.offset(), value, Objects.requireNonNull(meaning.of(register, value))));
        }
        return views;
    }
}
