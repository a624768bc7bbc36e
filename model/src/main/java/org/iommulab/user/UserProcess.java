package org.iommulab.user;

import org.iommulab.core.ProcessTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
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

    public UserProcess(Kernel kernel, PhysicalMemory memory, FrameAllocator frames, String name) {
        super(kernel.machine());
        this.memory = memory;
        this.frames = frames;
        this.name = name;
        this.root = new LongCell(this, Lane.USER, Term.hex("mm.pgd"));
        root.set(page());
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
