package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/** A unit with its tables and rings in memory as the driver lays them out, and devices behind it. */
final class AmdUnitRig {
    static final int GPU = 0x0300;
    static final int DOMAIN = 0xb;
    static final long DEVICE_TABLE = AmdRig.RAM + (32 << 20);
    static final long COMMANDS = AmdRig.RAM + (40 << 20);
    static final long EVENTS = AmdRig.RAM + (41 << 20);
    static final long SEMAPHORE = AmdRig.RAM + (42 << 20);
    static final int RING = 8192;

    final AmdRig rig = new AmdRig(Machine.recording());
    final InterruptLine irq = new InterruptLine(rig.machine, "irq");
    final AmdIommu unit;
    final DmaMaster gpu;

    AmdUnitRig() {
        this(AmdLayout.USUAL_FEATURES);
    }

    AmdUnitRig(long features) {
        unit = new AmdIommu(rig.machine, "ivhd0", features, rig.memory, irq);
        gpu = port(GPU);
    }

    DmaMaster port(int device) {
        return new DmaMaster(rig.machine, AmdEvent.deviceName(device), Optional.of(unit), List.of(device), rig.memory);
    }

    /** A physical address in RAM, far from the tables. */
    long page(int number) {
        return AmdRig.RAM + (48 << 20) + number * 0x1000L;
    }

    /** The driver's init: every device blocked, base registers, engines, unit on, everything invalidated. */
    AmdUnitRig on() {
        for (int device = 0; device < 0x700; device++) {
            put(device, AmdDte.blocked());
        }
        unit.write64(AmdLayout.DEV_TABLE, DEVICE_TABLE | 0x1ff);
        unit.write64(AmdLayout.CMD_BUF, COMMANDS | AmdLayout.LENGTH_512);
        unit.write32(AmdLayout.CMD_HEAD, 0);
        unit.write32(AmdLayout.CMD_TAIL, 0);
        control(AmdLayout.CMD_BUF_EN, true);
        unit.write64(AmdLayout.EVT_BUF, EVENTS | AmdLayout.LENGTH_512);
        unit.write32(AmdLayout.EVT_HEAD, 0);
        unit.write32(AmdLayout.EVT_TAIL, 0);
        control(AmdLayout.EVENT_LOG_EN, true);
        control(AmdLayout.GT_EN, true);
        control(AmdLayout.IOMMU_EN, true);
        send(AmdCommand.invalidateAll());
        return this;
    }

    void control(int bit, boolean value) {
        long old = peek(AmdLayout.CONTROL);
        unit.write64(AmdLayout.CONTROL, value ? old | 1L << bit : old & ~(1L << bit));
    }

    /** As the driver writes it: the second word first. */
    void put(int device, AmdDte dte) {
        long at = DEVICE_TABLE + (long) device * AmdDte.BYTES;
        rig.memory.write64(at + 16, dte.d2());
        rig.memory.write64(at + 8, dte.d1());
        rig.memory.write64(at, dte.d0());
    }

    /** Writes an entry and has the unit forget the old one. */
    void attach(int device, AmdDte dte) {
        put(device, dte);
        send(AmdCommand.invalidateDevice(device));
    }

    /** Queues commands as the driver does: into the ring, then the tail. */
    void send(AmdCommand... commands) {
        long tail = peek(AmdLayout.CMD_TAIL);
        for (AmdCommand command : commands) {
            rig.memory.write64(COMMANDS + tail, command.low());
            rig.memory.write64(COMMANDS + tail + 8, command.high());
            tail = tail + AmdLayout.ENTRY_BYTES & RING - 1;
        }
        unit.write32(AmdLayout.CMD_TAIL, (int) tail);
    }

    long peek(int offset) {
        return unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    /** An entry of the event log. */
    AmdEvent event(int number) {
        long at = EVENTS + number * 16L;
        return AmdEvent.of(rig.memory.read64(at), rig.memory.read64(at + 8));
    }

    int events() {
        return (int) peek(AmdLayout.EVT_TAIL) / AmdLayout.ENTRY_BYTES;
    }

    /** The events from a step on. */
    List<Event> since(int step) {
        var recording = rig.machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= rig.machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }
}
