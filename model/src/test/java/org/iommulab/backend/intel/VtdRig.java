package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.intel.VtdFormat.Stage;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.TableListener;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** Page tables, and what they asked for. */
final class VtdRig {
    static final int RW = Prot.READ | Prot.WRITE;
    static final long RAM = 0x1_0000_0000L;
    static final long BYTES = 64L << 20;

    final Machine machine;
    final PhysicalMemory memory;
    final FrameAllocator frames;
    final List<String> asked = new ArrayList<>();

    VtdRig() {
        this(Machine.unrecorded());
    }

    VtdRig(Machine machine) {
        this.machine = machine;
        this.memory = new PhysicalMemory(machine, RAM, BYTES);
        this.frames = new FrameAllocator(machine, RAM, RAM + BYTES);
    }

    VtdPageTable table(Stage stage, int levels, int largeLevels) {
        return table(stage, levels, largeLevels, 0);
    }

    /** @param more bits of every page's entry: SNP, or XD in both kinds of first-level entries */
    VtdPageTable table(Stage stage, int levels, int largeLevels, long more) {
        var owner = new SimObject(machine) {
            @Override
            public String label() {
                return "tables";
            }
        };
        var format = new VtdFormat(stage, levels);
        return new VtdPageTable(
                owner, memory, frames, format, TableListener.NONE, new Needs(format, largeLevels, more));
    }

    /** The value of an entry of a table. */
    long entry(long table, int index) {
        return memory.read64(table + index * 8L);
    }

    private final class Needs implements VtdTableNeeds {
        private final VtdFormat format;
        private final int largeLevels;
        private final long more;

        Needs(VtdFormat format, int largeLevels, long more) {
            this.format = format;
            this.largeLevels = largeLevels;
            this.more = more;
        }

        @Override
        public int largeLevels() {
            return largeLevels;
        }

        @Override
        public long attributes(int prot) {
            return format.leaf(format.levels() - 1, 4096, 0, prot) | more;
        }

        @Override
        public long pointer(long table) {
            return format.table(0, table) | more & VtdFormat.EXECUTE_DISABLE;
        }

        @Override
        public void flush(long iova, long bytes) {
            asked.add("flush %x %x".formatted(iova, bytes));
        }

        @Override
        public void alreadySet(long vpfn, long old, long entry) {
            asked.add("already %x: %x, %x".formatted(vpfn, old, entry));
        }
    }
}
