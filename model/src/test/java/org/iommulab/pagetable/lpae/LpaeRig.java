package org.iommulab.pagetable.lpae;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;

/** A page table whose log says in order what happens: entries, tables, invalidations, warnings. */
final class LpaeRig implements TableListener, LpaeTlb, PageGather {
    static final long RAM = 0x8000_0000L;
    private static final long BYTES = 256L << 20;

    final Machine machine = Machine.unrecorded();
    final PhysicalMemory memory = new PhysicalMemory(machine, RAM, BYTES);
    final FrameAllocator frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    final List<String> log = new ArrayList<>();
    final LpaePageTable table;
    boolean queued;

    LpaeRig(LpaeFormat format) {
        table = new LpaePageTable(memory, frames, format, this, this);
        log.clear();
    }

    /** What was written down since the last time. */
    List<String> said() {
        var said = List.copyOf(log);
        log.clear();
        return said;
    }

    private void say(String format, Object... arguments) {
        log.add(String.format(format, arguments));
    }

    @Override
    public void entryWritten(int level, long address, long value) {
        say("entry %d %x", level, value);
    }

    @Override
    public void tableAllocated(int level, long address, long bytes) {
        say("table %d %x", level, address);
    }

    @Override
    public void tableFreed(int level, long address, long bytes) {
        say("free %d %x", level, address);
    }

    @Override
    public void flushAll() {
        say("flush all");
    }

    @Override
    public void flushWalk(long iova, long bytes, long granule) {
        say("flush %x %x %x", iova, bytes, granule);
    }

    @Override
    public void warn(LpaeWarning warning) {
        say("warn %s", warning.function());
    }

    @Override
    public boolean isQueued() {
        return queued;
    }

    @Override
    public void add(long iova, long pageBytes, int count) {
        say("gather %x %x %d", iova, pageBytes, count);
    }
}
