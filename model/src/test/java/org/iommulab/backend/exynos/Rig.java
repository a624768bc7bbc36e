package org.iommulab.backend.exynos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Event;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** A master behind a System MMU with a page table, on a recording machine. */
final class Rig {
    static final int RW = Prot.READ | Prot.WRITE;

    final Machine machine = Machine.recording();
    final long ram;
    final PhysicalMemory memory;
    final FrameAllocator frames;
    final SimObject domain;
    final InterruptLine irq;
    final SysMmu unit;
    final DmaMaster master;
    final ExynosPageTable table;
    final List<Warnings.Warning> warnings = new ArrayList<>();

    Rig(int major, int minor) {
        this(major, minor, false);
    }

    Rig(int major, int minor, boolean vmBank) {
        ram = major < 5 ? 0x4000_0000L : 0x8_4000_0000L;
        memory = new PhysicalMemory(machine, ram, 16 << 20);
        frames = new FrameAllocator(machine, ram, ram + (16 << 20));
        domain = new SimObject(machine) {
            @Override
            public String label() {
                return "domain";
            }
        };
        irq = new InterruptLine(machine, "irq");
        unit = new SysMmu(machine, "12e20000.sysmmu", major, minor, vmBank, memory, irq);
        master = new DmaMaster(machine, "12c10000.mixer", Optional.of(unit), memory);
        long zero = ExynosPageTable.allocateZeroTable(machine, memory, frames, domain);
        SysMmuFormat format = unit.revision().variant().format();
        table = new ExynosPageTable(machine, memory, frames, format, zero, domain);
    }

    Rig on() {
        unit.powerOn();
        SysMmuFlush.enable(unit, unit.revision(), table.base());
        return this;
    }

    /** A physical address in RAM, far from the tables. */
    long page(int number) {
        return ram + (8 << 20) + number * 0x1000L;
    }

    int map(long iova, long pa, long size, int prot) {
        return table.map(
                iova,
                pa,
                size,
                prot,
                at -> SysMmuFlush.flushFirstLevel(unit, unit.revision(), at),
                (w, a) -> warnings.add(w));
    }

    /** Maps as a driver would that forgot the flush after a first table. */
    int mapWithoutFlush(long iova, long pa, long size, int prot) {
        return table.map(iova, pa, size, prot, at -> {}, (w, a) -> warnings.add(w));
    }

    long unmap(long iova, long size) {
        return table.unmap(iova, size, (w, a) -> warnings.add(w));
    }

    int peek(int offset) {
        return (int) unit.registers().stream()
                .filter(r -> r.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    /** The events from a step on. */
    List<Event> since(int step) {
        var recording = machine.finish();
        var events = new ArrayList<Event>();
        for (int i = step + 1; i <= machine.steps(); i++) {
            events.add(recording.event(i));
        }
        return events;
    }
}
