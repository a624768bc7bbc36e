package org.iommulab.user.iommufd;

import java.util.List;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/** {@code struct iommufd_ioas}: input addresses and what of the program's memory stands there. It knows no hardware. */
public final class Ioas extends IommufdObject {
    static final String FILE = "drivers/iommu/iommufd/ioas.c";

    private static final Term DESTROY = Term.function("iommufd_ioas_destroy", FILE);

    private final RefList<HwptPaging> hwpts;
    private final IoPagetable table;
    private final IoAreas areas;
    private final IoDomains domains;

    Ioas(IommufdCtx ctx) {
        super(ctx);
        this.hwpts = new RefList<>(this, HwptPaging.class);
        this.table = new IoPagetable(this);
        this.areas = new IoAreas(this);
        this.domains = new IoDomains(this, areas.fill());
    }

    @Override
    public String label() {
        return "IOAS " + number();
    }

    /** Domains that are fed from it, in the order in which they were made. */
    RefList<HwptPaging> hwpts() {
        return hwpts;
    }

    IoPagetable table() {
        return table;
    }

    IoAreas areas() {
        return areas;
    }

    IoDomains domains() {
        return domains;
    }

    /** What is mapped, ascending: for those who look. */
    public List<IoRange> mapped() {
        return table.areas().stream().map(IoArea::range).toList();
    }

    @Override
    void destroy() {
        machine().run(Lane.USER, DESTROY, this, 0, 0, () -> areas.unmap(0, -1));
    }
}
