package org.iommulab.backend.exynos;

import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.RefList;

/** {@code struct exynos_iommu_domain}: a page table, and the SysMMUs that the driver has put on it. */
final class ExynosDomain extends IommuDomain {
    private final ExynosPageTable table;
    private final RefList<SysMmuData> clients;
    private final SpinLock lock;
    private final SpinLock tableLock;

    ExynosDomain(
            Kernel kernel,
            int number,
            PhysicalMemory memory,
            FrameAllocator frames,
            SysMmuFormat format,
            long zeroTable) {
        super(kernel.machine(), number);
        this.table = new ExynosPageTable(kernel.machine(), memory, frames, format, zeroTable, this);
        this.clients = new RefList<>(this, SysMmuData.class);
        this.lock = new SpinLock(kernel, this, "domain.lock");
        this.tableLock = new SpinLock(kernel, this, "domain.pgtablelock");
    }

    ExynosPageTable table() {
        return table;
    }

    RefList<SysMmuData> clients() {
        return clients;
    }

    SpinLock lock() {
        return lock;
    }

    SpinLock tableLock() {
        return tableLock;
    }

    @Override
    protected long pageSizes() {
        return SysMmuFormat.SMALL_PAGE | SysMmuFormat.LARGE_PAGE | SysMmuFormat.SECTION;
    }

    @Override
    public long apertureEnd() {
        return 0xffff_ffffL;
    }

    @Override
    public long tableBase() {
        return table.base();
    }

    @Override
    public long mappedPages() {
        return table.mappedPages();
    }

    @Override
    public int tableCount() {
        return table.tableCount();
    }

    @Override
    public long lookUp(long iova) {
        return table.iovaToPhys(iova);
    }
}
