package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.Machine;

/** A page table of either kind, and what it asked for. */
final class AmdRig implements AmdV1Flushes, AmdV2Flushes {
    static final int RW = Prot.READ | Prot.WRITE;
    static final long RAM = 0x1_0000_0000L;
    static final long BYTES = 64L << 20;

    final Machine machine;
    final PhysicalMemory memory;
    final FrameAllocator frames;
    final List<String> asked = new ArrayList<>();

    AmdRig() {
        this(Machine.unrecorded());
    }

    AmdRig(Machine machine) {
        this.machine = machine;
        this.memory = new PhysicalMemory(machine, RAM, BYTES);
        this.frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    }

    AmdV1PageTable host(int mode) {
        return new AmdV1PageTable(machine, memory, frames, mode, TableListener.NONE, this);
    }

    AmdV2PageTable guest() {
        return new AmdV2PageTable(memory, frames, TableListener.NONE, this);
    }

    /** The value of an entry of a table. */
    long entry(long table, int index) {
        return memory.read64(table + index * 8L);
    }

    static long count(Translation table) {
        return table instanceof AmdV1PageTable host ? host.tableCount() : ((AmdV2PageTable) table).tableCount();
    }

    @Override
    public void updateAndFlushDeviceTable() {
        asked.add("device table");
    }

    @Override
    public void flushTlbPde() {
        asked.add("all");
    }

    @Override
    public void flushComplete() {
        asked.add("wait");
    }

    @Override
    public void flushTlb(int pasid) {
        asked.add("all of " + pasid);
    }

    @Override
    public void flushPage(int pasid, long address) {
        asked.add("0x" + Long.toHexString(address) + " of " + pasid);
    }
}
