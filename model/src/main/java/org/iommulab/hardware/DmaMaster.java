package org.iommulab.hardware;

import java.util.List;
import java.util.Optional;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * A port through which a device does DMA, and the whole trip of an access: through the unit in front of it, if there is
 * one, to memory and back.
 */
public final class DmaMaster extends SimObject {
    private static final Term READ = Term.of("DMA read", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term WRITE = Term.of("DMA write", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term READ_PASID =
            Term.of("DMA read with PASID", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term WRITE_PASID =
            Term.of("DMA write with PASID", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final Term DATA_READ = Term.hex("read from memory");
    private static final Term DATA_WRITTEN = Term.hex("written to memory");
    private static final Term NO_ANSWER = Term.hex("no memory at this address");

    /** Of a request that has no PASID. */
    public static final int NO_PASID = -1;

    private final String name;
    private final Optional<IommuUnit> unit;
    private final List<Integer> cells;
    private final PhysicalMemory memory;
    private final Optional<InterruptDoorbell> doorbell;
    private final LongCell heldValue;

    /** @param unit the unit in front of this port, as the board wires it; empty for none */
    public DmaMaster(Machine machine, String name, Optional<IommuUnit> unit, PhysicalMemory memory) {
        this(machine, name, unit, List.of(), memory);
    }

    /** @param cells how the port is known to its unit: what stands behind the unit in the {@code iommus} property */
    public DmaMaster(
            Machine machine, String name, Optional<IommuUnit> unit, List<Integer> cells, PhysicalMemory memory) {
        this(machine, name, unit, cells, memory, Optional.empty());
    }

    /** @param doorbell what else than memory answers */
    public DmaMaster(
            Machine machine,
            String name,
            Optional<IommuUnit> unit,
            List<Integer> cells,
            PhysicalMemory memory,
            Optional<InterruptDoorbell> doorbell) {
        super(machine);
        this.doorbell = doorbell;
        this.heldValue = new LongCell(this, Lane.DMA, Term.hex("word of the access that waits"));
        this.name = name;
        this.unit = unit;
        this.cells = List.copyOf(cells);
        this.memory = memory;
    }

    /** The number that goes with each of its accesses (a stream id, a port), 0 when its unit needs none. */
    public int streamId() {
        return cells.isEmpty() ? 0 : cells.getFirst();
    }

    /** All numbers by which its unit knows it. */
    public List<Integer> cells() {
        return cells;
    }

    @Override
    public String label() {
        return name;
    }

    public Optional<IommuUnit> unit() {
        return unit;
    }

    /** Reads 32 bits; the low two bits of the address are ignored. */
    public Reply read32(long busAddress) {
        return read32(busAddress, NO_PASID);
    }

    /** The same under a PASID. */
    public Reply read32(long busAddress, int pasid) {
        return go(busAddress & ~3L, pasid, false, 0);
    }

    /** Writes 32 bits; the low two bits of the address are ignored. */
    public Reply write32(long busAddress, int value) {
        return write32(busAddress, value, NO_PASID);
    }

    /** The same under a PASID. */
    public Reply write32(long busAddress, int value, int pasid) {
        return go(busAddress & ~3L, pasid, true, value);
    }

    private Reply go(long address, int pasid, boolean write, int value) {
        if (pasid == NO_PASID) {
            machine().emit(EventKind.DMA, Lane.DMA, write ? WRITE : READ, this, address, 4);
        } else {
            machine().emit(EventKind.DMA, Lane.DMA, write ? WRITE_PASID : READ_PASID, this, address, pasid);
        }
        Access access = unit.map(own ->
                        pasid == NO_PASID ? own.access(this, address, write) : own.access(this, pasid, address, write))
                .orElseGet(() -> new Access.Pass(address));
        return switch (access) {
            case Access.Pass(long output) -> atMemory(address, output, write, value);
            case Access.Held() -> {
                heldValue.setQuietly(value & 0xffff_ffffL);
                yield new Reply.Held();
            }
            case Access.Refused(String cause) -> new Reply.Refused(cause);
        };
    }

    /**
     * An access that its unit has held goes on to memory now. Of several that wait, the last one's word is written.
     *
     * @param output the physical address
     */
    public void goOn(long address, long output, boolean write) {
        atMemory(address, output, write, (int) heldValue.get());
    }

    private Reply atMemory(long address, long output, boolean write, int value) {
        Optional<InterruptDoorbell> rung = doorbell.filter(its -> write && its.address() == output);
        if (rung.isPresent()) {
            rung.get().written(this, value & 0xffff_ffffL);
            return new Reply.Done(value);
        }
        if (!memory.contains(output, 4)) {
            machine().emit(EventKind.FAULT, Lane.DMA, NO_ANSWER, this, address, output);
            return new Reply.NoAnswer(output);
        }
        int word = value;
        if (write) {
            memory.write32(output, value);
        } else {
            word = memory.read32(output);
        }
        machine().emit(EventKind.DATA, Lane.DMA, write ? DATA_WRITTEN : DATA_READ, this, output, word & 0xffff_ffffL);
        return new Reply.Done(word);
    }
}
