package org.iommulab.hardware;

import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Where devices write to when they want the CPU's attention: GITS_TRANSLATER of a GICv3's ITS. To an IOMMU it is an
 * address as any other. Who wrote it learns from the device id that comes with the access, so that a device can only
 * raise interrupts of its own.
 */
public final class InterruptDoorbell extends SimObject {
    /** QEMU's machine virt: the ITS at 0x8080000 (hw/arm/virt.c), the register at 0x10040 of it. */
    public static final long GITS_TRANSLATER = 0x809_0040;

    private static final Term ARRIVED = Term.of("interrupt message", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final LongCell messages;

    public InterruptDoorbell(Machine machine) {
        super(machine);
        this.messages = new LongCell(this, Lane.HARDWARE, Term.count("messages"));
    }

    @Override
    public String label() {
        return "ITS";
    }

    /** Its physical address. */
    public long address() {
        return GITS_TRANSLATER;
    }

    /** How many messages have come. */
    public long messages() {
        return messages.get();
    }

    void written(SimObject by, long value) {
        machine().emit(EventKind.DATA, Lane.DMA, ARRIVED, by, GITS_TRANSLATER, value);
        messages.add(1);
    }
}
