package org.iommulab.backend.s390;

import java.util.List;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.RadixWalker.Found;
import org.iommulab.hardware.RadixWalker.NoMemory;
import org.iommulab.hardware.RadixWalker.NotMapped;
import org.iommulab.hardware.RadixWalker.Result;
import org.iommulab.hardware.TlbView;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * What a function knows of its table: a cache of translations that fills itself, or a hypervisor's shadow of the table,
 * which holds what was refreshed and nothing else.
 */
final class S390Cache {
    private static final long PAGE = S390Format.PAGE;
    private static final S390Format FORMAT = S390Format.REGION_THIRD;
    private static final Term TLB = Term.hex("TLB");
    private static final Term SHADOW = Term.hex("shadow table");
    private static final Term REFRESHED = Term.of("refresh", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final IommuUnit unit;
    private final boolean shadow;
    private final Iotlb slots;
    private final RadixWalker walker;

    /** @param size pages that are known at most; what that is in a real machine is its own business */
    S390Cache(IommuUnit unit, PhysicalMemory memory, boolean shadow, int size) {
        this.unit = unit;
        this.shadow = shadow;
        this.slots = new Iotlb(unit.machine(), 1, size, 12);
        this.walker = new RadixWalker(memory, FORMAT, S390Format.levelNames());
    }

    int size() {
        return slots.size();
    }

    List<TlbView> views() {
        return slots.used().stream()
                .map(s -> new TlbView(
                        s, slots.input(s), slots.output(s), slots.bytes(s), Prot.letters((int) slots.attributes(s))))
                .toList();
    }

    boolean knows(long input) {
        return slots.find(input) != Iotlb.MISS;
    }

    /** What is known of an address. */
    Result known(long input) {
        int slot = slots.find(input);
        return slot == Iotlb.MISS
                ? new NotMapped(0, S390Format.TABLE_INVALID)
                : new Found(S390Format.LAST, 0, slots.output(slot), PAGE, (int) slots.attributes(slot));
    }

    /** What becomes of an access, with its events: known, or walked for, which a shadow never does. */
    Result find(long table, long input) {
        var machine = unit.machine();
        if (knows(input)) {
            int slot = slots.find(input);
            machine.emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, input, slots.translate(slot, input));
            return known(input);
        }
        machine.emit(EventKind.TLB_MISS, Lane.DMA, TLB, unit, input, 0);
        if (shadow) {
            return known(input);
        }
        Result result = walker.walk(unit, table, input);
        if (result instanceof Found found) {
            fill(TLB, input, found);
        }
        return result;
    }

    private void fill(Term into, long input, Found found) {
        slots.fill(input, found.page(), PAGE, found.prot());
        unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, into, unit, input & -PAGE, found.page());
    }

    /** The walk through the table as it is in memory, as a picture. */
    Result picture(long table, long input, List<WalkTrace.Level> into) {
        return walker.picture(table, input, new S390Entries(), into);
    }

    void forget() {
        slots.flushAll();
    }

    /**
     * RPCIT: what is known of a range is forgotten; a shadow reads it again.
     *
     * @param last last address of the range
     * @return whether there was room for all of it
     */
    boolean refresh(long table, long first, long last) {
        int dropped = slots.flushRange(first, last);
        unit.machine().emit(EventKind.TLB_FLUSH, Lane.HARDWARE, REFRESHED, unit, first, dropped);
        long at = first & -PAGE;
        while (shadow && at <= last) {
            Result result = walker.look(table, at);
            if (result instanceof Found found) {
                if (slots.used().size() == slots.size()) {
                    return false;
                }
                fill(SHADOW, at, found);
            }
            at = nextWorthLooking(result, at);
        }
        return true;
    }

    /** The next page, or the end of what an invalid entry, or a table that no memory holds, would have covered. */
    private static long nextWorthLooking(Result result, long at) {
        int shift = switch (result) {
            case Found found -> FORMAT.indexShift(S390Format.LAST);
            case NotMapped nothing -> FORMAT.indexShift(nothing.level());
            case NoMemory nothing ->
                nothing.level() == 0 ? S390Format.REACH_BITS : FORMAT.indexShift(nothing.level() - 1);
        };
        return (at | (1L << shift) - 1) + 1;
    }
}
