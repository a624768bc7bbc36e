package org.iommulab.dma;

import java.util.function.LongConsumer;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Timer;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code struct iova_rcache}: ranges of one size that were given back and are handed out again, the last first, without
 * a look at the tree, in which they stay (drivers/iommu/iova.c). A CPU has two magazines, the machine has a depot of full
 * ones. Every call in the lab is made on one CPU, so that there is one pair.
 */
final class IovaRcache extends SimObject {
    private static final Term DEPOT_WORK =
            Term.of("iova_depot_work_func", "drivers/iommu/iova.c", Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    /** MAX_GLOBAL_MAGS, up to v6.6. */
    private static final int MOST_IN_DEPOT = 32;
    /** Up to so many full magazines stay in the depot: num_online_cpus, v6.7. */
    private static final int CPUS = 1;
    /** IOVA_DEPOT_DELAY, milliseconds. */
    private static final int DELAY = 100;

    private final Kernel kernel;
    private final int pages;
    private final LongConsumer tree;
    private final boolean depotIsTrimmed;
    private final LongCell loaded;
    private final LongCell prev;
    private final LongCell depot;
    private final LongCell depotSize;
    private final LongCell spare;
    private final FlagCell workIsPending;
    private final Timer work;

    /**
     * @param pages of each range
     * @param tree gives a range back to the tree
     */
    IovaRcache(Kernel kernel, int pages, LongConsumer tree) {
        super(kernel.machine());
        this.kernel = kernel;
        this.pages = pages;
        this.tree = tree;
        this.depotIsTrimmed = kernel.has(Behaviour.IOVA_DEPOT_IS_TRIMMED);
        loaded = new LongCell(this, Lane.CORE, Term.count("loaded"));
        prev = new LongCell(this, Lane.CORE, Term.count("prev"));
        depot = new LongCell(this, Lane.CORE, Term.count("depot"));
        depotSize = new LongCell(this, Lane.CORE, Term.count("depot_size"));
        spare = new LongCell(this, Lane.CORE, Term.count("magazines that nobody has"));
        workIsPending = new FlagCell(this, Lane.CORE, Term.flag("work is pending"));
        work = new Timer(kernel.machine()) {
            @Override
            public String label() {
                return "depot work of " + IovaRcache.this.label();
            }

            // a delayed work; that a worker runs it a moment later makes no difference
            @Override
            public void fire() {
                workIsPending.setQuietly(false);
                trimDepot();
            }
        };
    }

    @Override
    public String label() {
        return "cache of ranges of " + pages + (pages == 1 ? " page" : " pages");
    }

    private IovaMagazine magazine(LongCell cell) {
        return new IovaMagazine(machine(), (int) cell.get());
    }

    /** Full magazines in the depot. For those who look. */
    int depotSize() {
        return (int) depotSize.get();
    }

    // ---- in

    /** __iova_rcache_insert. */
    void insert(long page) {
        if (magazine(loaded).isFull()) {
            if (magazine(prev).isFull()) {
                storeLoaded();
            } else {
                swap();
            }
        }
        if (loaded.get() == 0) {
            loaded.setQuietly(newMagazine());
        }
        magazine(loaded).push(page);
    }

    private void swap() {
        long other = prev.get();
        prev.setQuietly(loaded.get());
        loaded.setQuietly(other);
    }

    private void storeLoaded() {
        IovaMagazine full = magazine(loaded);
        loaded.setQuietly(0);
        if (depotIsTrimmed) {
            push(full);
            schedule();
        } else if (depotSize.get() < MOST_IN_DEPOT) {
            push(full);
        } else {
            freeRanges(full);
            putAway(full);
        }
    }

    // The kernel allocates a magazine's memory in advance, the lab when it is needed.
    private int newMagazine() {
        if (spare.get() == 0) {
            return machine().newCells(IovaMagazine.CELLS);
        }
        IovaMagazine taken = magazine(spare);
        spare.setQuietly(taken.next());
        taken.resize(0);
        return taken.at();
    }

    private void putAway(IovaMagazine magazine) {
        if (magazine.at() != 0) {
            magazine.linkTo((int) spare.get());
            spare.setQuietly(magazine.at());
        }
    }

    // iova_depot_push: the newest first, in both eras
    private void push(IovaMagazine full) {
        full.linkTo((int) depot.get());
        depot.setQuietly(full.at());
        depotSize.set(depotSize.get() + 1);
    }

    private IovaMagazine pop() {
        IovaMagazine full = magazine(depot);
        depot.setQuietly(full.next());
        full.resize(IovaMagazine.MOST);
        depotSize.set(depotSize.get() - 1);
        return full;
    }

    // ---- out

    /** __iova_rcache_get: a range whose first page is not above the limit, of the one magazine that is looked at; or 0. */
    long get(long limit) {
        if (magazine(loaded).isEmpty()) {
            if (!magazine(prev).isEmpty()) {
                swap();
            } else if (depot.get() != 0) {
                putAway(magazine(loaded));
                loaded.setQuietly(pop().at());
            } else {
                return 0;
            }
        }
        return magazine(loaded).pop(limit);
    }

    // ---- back to the tree

    /** free_cpu_cached_iovas. */
    void freeOfCpu() {
        freeRanges(magazine(loaded));
        freeRanges(magazine(prev));
    }

    /** free_global_cached_iovas. */
    void freeOfDepot() {
        while (depot.get() != 0) {
            IovaMagazine full = pop();
            freeRanges(full);
            putAway(full);
        }
    }

    // iova_magazine_free_pfns
    private void freeRanges(IovaMagazine magazine) {
        for (int i = 0; i < magazine.size(); i++) {
            tree.accept(magazine.page(i));
        }
        if (magazine.at() != 0) {
            magazine.resize(0);
        }
    }

    private void schedule() {
        if (!workIsPending.get()) {
            workIsPending.setQuietly(true);
            kernel.timers().start(work, DELAY);
        }
    }

    private void trimDepot() {
        kernel.machine().call(Lane.CORE, DEPOT_WORK, this, depotSize.get(), 0, () -> {
            if (depotSize.get() <= CPUS) {
                return 0;
            }
            IovaMagazine full = pop();
            freeRanges(full);
            putAway(full);
            schedule();
            return IovaMagazine.MOST;
        });
    }

    /** free_iova_rcaches. */
    void stop() {
        kernel.timers().stop(work);
    }
}
