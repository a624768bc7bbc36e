package org.iommulab.backend.riscv;

import java.util.List;
import org.iommulab.backend.Site;
import org.iommulab.backend.TableEvents;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.pagetable.PageGather;
import org.iommulab.pagetable.Translation;
import org.iommulab.sim.RefList;

/** {@code struct riscv_iommu_domain}: a table, a PSCID, and the devices that are bound to it. */
final class RiscvDomain extends IommuDomain {
    private static final long SIZES = 0x80_4020_1000L;

    private final int pscid;
    private final RiscvFormat format;
    private final RiscvPageTable table;
    private final RefList<RiscvInfo> bonds;
    private final RiscvBonds bonding;

    /** @param number its place among the domains of this boot, for its label */
    RiscvDomain(Site site, int number, int pscid, RiscvFormat format) {
        super(site.kernel().machine(), number);
        this.pscid = pscid;
        this.format = format;
        this.table =
                new RiscvPageTable(site.memory(), site.frames(), format, new TableEvents(this, format.levelNames()));
        this.bonds = new RefList<>(this, RiscvInfo.class);
        this.bonding = new RiscvBonds(site.kernel(), this);
    }

    int pscid() {
        return pscid;
    }

    RiscvFormat format() {
        return format;
    }

    RiscvPageTable table() {
        return table;
    }

    /** {@code bonds}: those of one unit stand together. */
    RefList<RiscvInfo> bonds() {
        return bonds;
    }

    RiscvBonds bonding() {
        return bonding;
    }

    // ---- mappings

    /** riscv_iommu_map_pages. Nothing is invalidated, but for a table that a large page took the place of. */
    OpsTable.Mapped map(long iova, long physical, long pageSize, long count, int prot) {
        long result = table.map(iova, physical, pageSize, count, prot);
        if (table.hasReplaced()) {
            bonding.forgetAll();
            table.giveBack();
        }
        int errno = Translation.errno(result) == 0 ? 0 : Errno.ENOMEM.negative();
        return new OpsTable.Mapped(errno, Translation.mappedBytes(result));
    }

    /** riscv_iommu_unmap_pages. */
    long unmap(long iova, long pageSize, long count, IotlbGather gather) {
        return table.unmap(iova, pageSize, count, new PageGather() {
            @Override
            public boolean isQueued() {
                return gather.isQueued();
            }

            @Override
            public void add(long first, long pageBytes, int pages) {
                for (int i = 0; i < pages; i++) {
                    gather.addPage(RiscvDomain.this, first + i * pageBytes, pageBytes);
                }
            }
        });
    }

    // ---- geometry and looks

    /** {@inheritDoc} Those of 4 KiB, 2 MiB, 1 GiB and 512 GiB that are below the end of the aperture. */
    @Override
    protected long pageSizes() {
        return SIZES & apertureEnd();
    }

    @Override
    protected long ownPageSizes() {
        return pageSizes();
    }

    /** {@inheritDoc} The lower half: the upper one wants addresses that are sign-extended, which nobody hands out. */
    @Override
    public long apertureEnd() {
        return (1L << format.inputBits() - 1) - 1;
    }

    @Override
    public long tableBase() {
        return table.base();
    }

    @Override
    public long mappedPages() {
        return table.radix().mappedBytes() / RiscvFormat.SMALL_PAGE;
    }

    @Override
    public int tableCount() {
        int[] count = {0};
        table.radix().visitTables((level, address) -> count[0]++);
        return count[0];
    }

    @Override
    public long lookUp(long iova) {
        long address = table.translate(iova);
        return address == Translation.NOT_MAPPED ? 0 : address;
    }

    /** The units behind which its devices are, each once. */
    List<RiscvDevice> units() {
        return bonds.toList().stream().map(RiscvInfo::iommu).distinct().toList();
    }
}
