package org.iommulab.backend.rockchip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;

/** A master with a port behind each bank of a Rockchip IOMMU, on a recording machine. */
final class Rig {
    static final int RW = Prot.READ | Prot.WRITE;
    static final int BANK = 0x40;

    final Machine machine = Machine.recording();
    final long ram = 0x1000_0000L;
    final PhysicalMemory memory = new PhysicalMemory(machine, ram, 16 << 20);
    final FrameAllocator frames = new FrameAllocator(machine, ram, ram + (8 << 20));
    final InterruptLine irq = new InterruptLine(machine, "irq");
    final List<DmaMaster> ports = new ArrayList<>();
    final RockchipUnit unit;
    final DmaMaster master;
    final RockchipSequences driver;
    final RockchipPageTable table;

    Rig(RockchipFormat format, int banks) {
        var bases = new ArrayList<Integer>();
        for (int i = 0; i < banks; i++) {
            bases.add(i * BANK);
        }
        unit = new RockchipUnit(machine, "ff660480.iommu", format, bases, memory, irq);
        for (int i = 0; i < banks; i++) {
            ports.add(new DmaMaster(machine, "port " + i, Optional.of(unit), List.of(i), memory));
        }
        master = ports.getFirst();
        driver = new RockchipSequences(unit, bases, format, true);
        table = new RockchipPageTable(memory, frames, format, driver::zap, TableListener.NONE);
    }

    Rig on() {
        unit.powerOn();
        driver.enable(table.base());
        return this;
    }

    /** A physical address in RAM, far from the tables. */
    long page(int number) {
        return ram + (8 << 20) + number * 0x1000L;
    }

    int peek(int offset) {
        return (int) unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    List<Event> since(int step) {
        var recording = machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }

    /** The register writes from a step on: {@code offset<-value}. */
    String writes(int step) {
        return String.join(
                " ",
                since(step).stream()
                        .filter(Event.RegisterWrite.class::isInstance)
                        .map(Event.RegisterWrite.class::cast)
                        .map(w -> Long.toHexString(w.offset()) + "<-" + Long.toHexString(w.value()))
                        .toList());
    }
}
