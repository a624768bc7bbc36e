package org.iommulab.user.vfio;

import org.iommulab.memory.FrameAllocator;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.user.iommufd.UserPages;

/**
 * The memory of the program that uses VFIO: 8 MiB, of which the first 2 MiB are small pages and the rest huge pages of
 * 2 MiB, as a kernel with transparent huge pages gives them out. Small pages lie downwards in physical memory, as they
 * come off the kernel's lists, but four in sixteen upwards, so that there are runs; of the three huge pages the first two
 * lie side by side. Physical memory is taken when it is first pinned.
 */
public final class UserMemory implements UserPages {
    public static final long SIZE = 8 << 20;

    /** Where the program sees it. */
    private static final long ADDRESS = 0x7f00_0000_0000L;

    private static final long HUGE = 2 << 20;
    private static final int BLOCK = 16;
    private static final int DOWN_FIRST = 4;
    private static final int UP = 4;

    private final FrameAllocator frames;
    private final long page;
    private final LongCell base;

    UserMemory(SimObject owner, FrameAllocator frames, long page) {
        this.frames = frames;
        this.page = page;
        this.base = new LongCell(owner, Lane.USER, Term.hex("user memory"));
    }

    /** The user's address of a byte; past the end of the memory there is nothing, which pinning finds out. */
    public long address(long offset) {
        return ADDRESS + offset;
    }

    @Override
    public long pageBytes() {
        return page;
    }

    @Override
    public boolean has(long address) {
        return Long.compareUnsigned(address - ADDRESS, SIZE) < 0;
    }

    @Override
    public long physicalPage(long address) {
        if (!base.isSet()) {
            base.setQuietly(frames.allocate(SIZE, HUGE));
        }
        long offset = address - ADDRESS & -page;
        if (offset < HUGE) {
            return base.get() + page * frameOf(offset / page);
        }
        // the third huge page lies below the first two
        long number = offset / HUGE;
        return base.get() + HUGE * (number == 3 ? 1 : number + 1) + offset % HUGE;
    }

    private long frameOf(long number) {
        long blocks = HUGE / page / BLOCK;
        long first = BLOCK * (blocks - 1 - number / BLOCK);
        long in = number % BLOCK;
        if (in < DOWN_FIRST) {
            return first + BLOCK - 1 - in;
        }
        // upwards in the middle, then down again
        return first + (in < DOWN_FIRST + UP ? BLOCK - DOWN_FIRST - UP + in - DOWN_FIRST : BLOCK - 1 - in);
    }
}
