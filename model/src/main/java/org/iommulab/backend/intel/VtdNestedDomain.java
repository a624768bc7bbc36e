package org.iommulab.backend.intel;

import java.util.List;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.UserTable;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.RefList;

/**
 * {@code struct dmar_domain} of type NESTED (drivers/iommu/intel/nested.c): a guest's first-level table, which the driver
 * knows by its address only, on top of a domain with second-level tables. It has a domain id of its own on each unit.
 */
final class VtdNestedDomain extends IommuDomain {
    private final PhysicalMemory memory;
    private final VtdDomain parent;
    private final UserTable table;
    private final VtdUnitUses uses;
    private final RefList<VtdDevice> devices;

    VtdNestedDomain(PhysicalMemory memory, VtdDomain parent, UserTable table, List<VtdInstance> all, int number) {
        super(parent.machine(), number);
        this.memory = memory;
        this.parent = parent;
        this.table = table;
        this.uses = new VtdUnitUses(this, all);
        this.devices = new RefList<>(this, VtdDevice.class);
        parent.nested().add(this);
    }

    /** {@code s2_domain}. */
    VtdDomain parent() {
        return parent;
    }

    /** {@code s1_cfg} and {@code s1_pgtbl}. */
    UserTable table() {
        return table;
    }

    VtdUnitUses uses() {
        return uses;
    }

    RefList<VtdDevice> devices() {
        return devices;
    }

    // ---- as the core, and who looks, sees it

    /** {@inheritDoc} Nobody but the guest maps anything. */
    @Override
    protected long pageSizes() {
        return 0;
    }

    @Override
    public long apertureEnd() {
        return 0;
    }

    /** {@inheritDoc} The guest's top table, where the parent has it. */
    @Override
    public long tableBase() {
        return parent.lookUp(table.root());
    }

    /** {@inheritDoc} Of the two tables, the parent's is the one whose place hardware and kernel agree on. */
    @Override
    public boolean isAt(long pointed) {
        return pointed != 0 && pointed == parent.tableBase();
    }

    @Override
    public long mappedPages() {
        return 0;
    }

    @Override
    public int tableCount() {
        return 0;
    }

    @Override
    public long lookUp(long iova) {
        var format = new VtdFormat(VtdFormat.Stage.FIRST, 4);
        long guest = table.root();
        for (int level = 0; level < format.levels(); level++) {
            long at = parent.lookUp(guest + (iova >>> format.indexShift(level) & VtdTables.ENTRIES - 1) * 8L);
            if (at == 0 || !memory.contains(at, 8)) {
                return 0;
            }
            long entry = memory.read64(at);
            Kind kind = format.kind(level, entry);
            if (kind == Kind.EMPTY) {
                return 0;
            }
            if (kind != Kind.TABLE) {
                return parent.lookUp(format.output(level, entry) | iova & format.leafBytes(level, entry) - 1);
            }
            guest = format.tableAddress(level, entry);
        }
        return 0;
    }
}
