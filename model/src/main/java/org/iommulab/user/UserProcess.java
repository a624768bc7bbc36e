package org.iommulab.user;

import org.iommulab.core.ProcessTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Machine;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * A process with a page table that the CPU walks, as arm64 has them with pages of 4 KiB and addresses of 48 bits: four
 * levels of 512 descriptors. Memory is there from the first use on, and is not swapped. IOMMUs that share the table walk
 * it as it is.
 */
public final class UserProcess extends ProcessTable {
    private static final Term TOUCH =
            Term.of("handle_mm_fault", "mm/memory.c", Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term RESERVE = Term.of("do_mmap", "mm/mmap.c", Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term UNMAP = Term.of("__vm_munmap", "mm/mmap.c", Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term INVALIDATE = Term.of(
            "mmu_notifier_arch_invalidate_secondary_tlbs",
            "include/linux/mmu_notifier.h",
            Operand.HEX,
            Operand.HEX,
            Operand.NONE);
    private static final Term ENTRY = Term.hex("the CPU's table");

    private static final int LEVELS = 4;
    private static final long PAGE = 4096;
    private static final long ADDRESS = 0x0000_ffff_ffff_f000L;
    private static final int READ = 1;
    private static final int WRITE = 2;

    /** A table descriptor, and a page's: valid, and the kind of level 3. */
    private static final long TABLE = 3;

    /** PTE_USER, PTE_SHARED, PTE_AF, PTE_NG; normal memory is the first of the attributes here. */
    private static final long PAGE_BITS = 3 | 1 << 6 | 3 << 8 | 1 << 10 | 1 << 11;
    /** PTE_RDONLY. */
    private static final long READ_ONLY = 1 << 7;

    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final String name;
    private final LongCell root;
    private final RefList<Area> areas;

    public UserProcess(Kernel kernel, PhysicalMemory memory, FrameAllocator frames, String name) {
        super(kernel.machine());
        this.memory = memory;
        this.frames = frames;
        this.name = name;
        this.root = new LongCell(this, Lane.USER, Term.hex("mm.pgd"));
        this.areas = new RefList<>(this, Area.class);
        root.set(page());
    }

    /** {@code struct vm_area_struct} of memory that was asked for, and comes page by page when it is touched. */
    private static final class Area extends SimObject {
        private final long start;
        private final long end;
        private final int prot;

        Area(Machine machine, long start, long end, int prot) {
            super(machine);
            this.start = start;
            this.end = end;
            this.prot = prot;
        }

        boolean has(long address) {
            return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
        }

        @Override
        public String label() {
            return "vma 0x" + Long.toHexString(start);
        }
    }

    @Override
    public String label() {
        return "process " + name;
    }

    @Override
    public long root() {
        return root.get();
    }

    private long page() {
        long page = frames.allocate(PAGE, PAGE);
        memory.clear(page, (int) PAGE);
        return page;
    }

    /** Asks for memory that it does not touch yet: no page, and no entry in the table. */
    public long reserve(long address, long size, int prot) {
        return machine().call(Lane.USER, RESERVE, this, address, size, () -> {
            areas.add(new Area(machine(), address, address + size, prot));
            return 0;
        });
    }

    @Override
    public boolean fault(long address, boolean read, boolean write) {
        int wanted = (read ? READ : 0) | (write ? WRITE : 0);
        long page = address & -PAGE;
        long at = entryAt(page, false);
        long entry = at == 0 ? 0 : memory.read64(at);
        if (entry != 0) {
            return !write || (entry & READ_ONLY) == 0;
        }
        return areas.toList().stream()
                .filter(area -> area.has(address))
                .findFirst()
                .filter(area -> (wanted & ~area.prot) == 0)
                .map(area -> map(page, PAGE, area.prot) == 0)
                .orElse(false);
    }

    /** Uses memory, page by page: -EINVAL without a right, -EEXIST where there is some already. */
    public long map(long address, long size, int prot) {
        return machine().call(Lane.USER, TOUCH, this, address, size, () -> {
            if ((prot & (READ | WRITE)) == 0) {
                return Errno.EINVAL.negative();
            }
            for (long done = 0; done < size; done += PAGE) {
                long at = entryAt(address + done, true);
                if (memory.read64(at) != 0) {
                    return Errno.EEXIST.negative();
                }
                write(at, page() | PAGE_BITS | ((prot & WRITE) == 0 ? READ_ONLY : 0));
            }
            return 0;
        });
    }

    /** Gives memory back: the entries go, then everybody who keeps some of them is told. */
    public long unmap(long address, long size) {
        return machine().call(Lane.USER, UNMAP, this, address, size, () -> {
            for (long done = 0; done < size; done += PAGE) {
                long at = entryAt(address + done, false);
                if (at != 0 && memory.read64(at) != 0) {
                    write(at, 0);
                }
            }
            forget(address, address + size);
            machine()
                    .run(
                            Lane.USER,
                            INVALIDATE,
                            this,
                            address,
                            address + size,
                            () -> domains().toList().forEach(domain -> {
                                if (domain instanceof Follower follower) {
                                    follower.changed(address, address + size);
                                }
                            }));
            return 0;
        });
    }

    private void forget(long start, long end) {
        for (Area area : areas.toList()) {
            if (Long.compareUnsigned(area.start, end) < 0 && Long.compareUnsigned(start, area.end) < 0) {
                areas.remove(area);
                if (Long.compareUnsigned(area.start, start) < 0) {
                    areas.add(new Area(machine(), area.start, start, area.prot));
                }
                if (Long.compareUnsigned(end, area.end) < 0) {
                    areas.add(new Area(machine(), end, area.end, area.prot));
                }
            }
        }
    }

    /** Where the last entry for an address is; 0 where there is no table and none is wanted. */
    private long entryAt(long address, boolean make) {
        long table = root.get();
        for (int level = 0; level < LEVELS - 1; level++) {
            long at = table + index(address, level) * 8;
            if (memory.read64(at) == 0) {
                if (!make) {
                    return 0;
                }
                write(at, page() | TABLE);
            }
            table = memory.read64(at) & ADDRESS;
        }
        return table + index(address, LEVELS - 1) * 8;
    }

    private static long index(long address, int level) {
        return address >>> 39 - 9 * level & 511;
    }

    private void write(long at, long value) {
        memory.write64(at, value);
        machine().emit(EventKind.TABLE_WRITE, Lane.USER, ENTRY, this, at, value);
    }
}
