package org.iommulab.backend.omap;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * {@code struct omap_iommu_domain}: tables only while a device is attached, one for each of the device's IOMMUs. What
 * was mapped is lost with the attachment.
 */
final class OmapDomain extends IommuDomain {
    private static final long LAST_32_BIT = 0xffff_ffffL;

    private final RefList<OmapMirror> mirrors;
    private final RefCell<Device> device;
    private final SpinLock lock;

    OmapDomain(Kernel kernel, int number) {
        super(kernel.machine(), number);
        this.mirrors = new RefList<>(this, OmapMirror.class);
        this.device = new RefCell<>(this, Lane.DRIVER, Term.reference("omap_domain.dev"), Device.class);
        this.lock = new SpinLock(kernel, this, "omap_domain.lock");
    }

    /** {@code iommus}, in the order of the device's {@code iommus} property; empty while nothing is attached. */
    RefList<OmapMirror> mirrors() {
        return mirrors;
    }

    /** The one device that can be attached. */
    RefCell<Device> device() {
        return device;
    }

    SpinLock lock() {
        return lock;
    }

    @Override
    protected long pageSizes() {
        return OmapFormat.SMALL_PAGE | OmapFormat.LARGE_PAGE | OmapFormat.SECTION | OmapFormat.SUPERSECTION;
    }

    @Override
    public long apertureEnd() {
        return LAST_32_BIT;
    }

    private List<OmapPageTable> tables() {
        return mirrors.toList().stream().map(OmapMirror::table).toList();
    }

    /** That of the first IOMMU. */
    @Override
    public long tableBase() {
        return tables().stream().findFirst().map(OmapPageTable::base).orElse(0L);
    }

    @Override
    public boolean isAt(long pointed) {
        return pointed != 0 && tables().stream().anyMatch(table -> table.base() == pointed);
    }

    @Override
    public long mappedPages() {
        return tables().stream().findFirst().map(OmapPageTable::mappedPages).orElse(0L);
    }

    @Override
    public int tableCount() {
        return tables().stream().mapToInt(OmapPageTable::tableCount).sum();
    }

    @Override
    public long lookUp(long iova) {
        long address = tables().stream()
                .findFirst()
                .map(table -> table.translate(iova))
                .orElse(OmapPageTable.NOT_MAPPED);
        return address == OmapPageTable.NOT_MAPPED ? 0 : address;
    }
}
