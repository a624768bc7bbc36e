package org.iommulab.backend.exynos;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableListener;
import org.iommulab.pagetable.Translation;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Limits;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/** The domain's page table as the benchmark uses it: the driver's map and unmap, no unit to flush, no events. */
public record ExynosTimed(String name, String config, SysMmuFormat format) implements TimedFormat {
    private static final long RAM = 0x8000_0000L;
    private static final int TOUCHED = 0x11_0000;

    @Override
    public long pageBytes() {
        return SysMmuFormat.SMALL_PAGE;
    }

    @Override
    public boolean takesMany() {
        return false;
    }

    @Override
    public Translation create() {
        var machine = new Machine(false, Limits.USUAL.withSteps(Integer.MAX_VALUE));
        var memory = new PhysicalMemory(machine, RAM, 64 << 20);
        memory.offset(RAM, TOUCHED);
        var frames = new FrameAllocator(machine, RAM, RAM + (64 << 20));
        var domain = new Domain(machine);
        long zero = ExynosPageTable.allocateZeroTable(machine, memory, frames, domain);
        return new Table(new ExynosPageTable(memory, frames, format, zero, TableListener.NONE));
    }

    private static final class Domain extends SimObject {
        Domain(Machine machine) {
            super(machine);
        }

        @Override
        public String label() {
            return "domain";
        }
    }

    private record Table(ExynosPageTable table) implements Translation {
        @Override
        public long map(long iova, long pa, long pageBytes, long count, int prot) {
            long done = 0;
            for (long i = 0; i < count; i++) {
                int result = table.map(iova + done, pa + done, pageBytes, prot, at -> {}, Warnings.IGNORED);
                if (result != 0) {
                    return done | -result;
                }
                done += pageBytes;
            }
            return done;
        }

        @Override
        public long unmap(long iova, long pageBytes, long count) {
            long done = 0;
            for (long i = 0; i < count; i++) {
                done += table.unmap(iova + done, pageBytes, Warnings.IGNORED);
            }
            return done;
        }

        @Override
        public long translate(long iova) {
            return table.iovaToPhys(iova);
        }

        @Override
        public long base() {
            return table.base();
        }

        @Override
        public long free() {
            return table.free();
        }
    }
}
