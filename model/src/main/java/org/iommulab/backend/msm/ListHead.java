package org.iommulab.backend.msm;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/**
 * {@code struct list_head}: a domain's {@code list_attached}, or an IOMMU's {@code dom_node} on it. The driver never takes
 * an IOMMU off a list before it adds it to one, so that it matters what list_add does to pointers.
 */
final class ListHead extends SimObject {
    private static final Term ATTACHED = Term.reference("priv.list_attached");
    private static final Term NO_IOMMU = Term.reference("priv.list_attached, which leads to another domain's");

    private final Kernel kernel;
    private final SimObject holder;
    private final RefCell<ListHead> next;
    private final RefCell<ListHead> previous;

    /** @param holder what it is a field of */
    ListHead(Kernel kernel, SimObject holder) {
        super(kernel.machine());
        this.kernel = kernel;
        this.holder = holder;
        this.next = new RefCell<>(this, Lane.DRIVER, Term.reference("next"), ListHead.class);
        this.previous = new RefCell<>(this, Lane.DRIVER, Term.reference("prev"), ListHead.class);
        next.setQuietly(Optional.of(this));
        previous.setQuietly(Optional.of(this));
    }

    @Override
    public String label() {
        return holder.label() + (holder instanceof MsmIommuDev ? " dom_node" : " list_attached");
    }

    /** list_add: to the front; where the entry was before, nobody asks. */
    void add(ListHead entry) {
        ListHead first = next.require();
        first.previous.set(entry);
        entry.next.set(first);
        entry.previous.set(this);
        next.set(entry);
    }

    /** list_first_entry, where the kernel does not test whether there is one. */
    MsmIommuDev first() {
        return iommuOf(next.require());
    }

    /** list_for_each_entry, until the body says no. */
    void each(Predicate<MsmIommuDev> body) {
        var seen = new HashSet<ListHead>();
        for (ListHead at = next.require(); at != this; at = at.next.require()) {
            MsmIommuDev iommu = iommuOf(at);
            if (!seen.add(at)) {
                throw kernel.log().endlessList(ATTACHED, holder, false);
            }
            if (!body.test(iommu)) {
                return;
            }
        }
    }

    // A head that is taken for an entry: what the kernel finds around it is no IOMMU, and its clocks are no clocks.
    private MsmIommuDev iommuOf(ListHead entry) {
        if (entry.holder instanceof MsmIommuDev iommu) {
            return iommu;
        }
        throw kernel.log().nullAccess(entry == this ? ATTACHED : NO_IOMMU, holder);
    }

    /** The IOMMUs on it, each once, as far as it leads to IOMMUs. For those who look. */
    List<MsmIommuDev> looked() {
        var seen = new LinkedHashSet<MsmIommuDev>();
        for (ListHead at = next.require();
                at.holder instanceof MsmIommuDev iommu && seen.add(iommu);
                at = at.next.require()) {}
        return List.copyOf(seen);
    }
}
