package org.iommulab.backend.pamu;

import java.util.List;
import java.util.OptionalLong;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.RefList;

/**
 * {@code struct fsl_dma_domain}: no table of its own, only a list of device numbers whose entries it has set up. What it
 * maps is whatever those entries say.
 */
final class PamuDomain extends IommuDomain {
    private static final long PAGE_SHIFT = 12;

    private final PamuTables tables;
    private final RefList<PamuAttachment> devices;
    private final SpinLock lock;

    PamuDomain(Kernel kernel, int number, PamuTables tables) {
        super(kernel.machine(), number);
        this.tables = tables;
        this.devices = new RefList<>(this, PamuAttachment.class);
        this.lock = new SpinLock(kernel, this, "domain.domain_lock");
    }

    /** The latest first, as list_add puts them. */
    List<PamuAttachment> attachments() {
        return devices.toList().reversed();
    }

    void add(PamuAttachment attachment) {
        devices.add(attachment);
    }

    void remove(PamuAttachment attachment) {
        devices.remove(attachment);
    }

    SpinLock lock() {
        return lock;
    }

    /** The cache that its devices stash into; the lab has no caches, so none. */
    int stash() {
        return PamuTables.NONE;
    }

    /** The driver never sets it, so that nothing can be mapped. */
    @Override
    protected long pageSizes() {
        return 0;
    }

    @Override
    public long apertureEnd() {
        return PamuLayout.LAST_ADDRESS;
    }

    /** The entry of the device that was attached first; 0 without any. */
    @Override
    public long tableBase() {
        return devices.toList().stream()
                .findFirst()
                .map(first -> tables.entryOf(first.liodn()).orElse(0))
                .orElse(0L);
    }

    @Override
    public boolean isAt(long pointed) {
        return pointed != 0
                && devices.toList().stream()
                        .map(attachment -> tables.entryOf(attachment.liodn()))
                        .anyMatch(entry -> entry.isPresent() && entry.getAsLong() == pointed);
    }

    /** All of the window, as soon as a device is in it. */
    @Override
    public long mappedPages() {
        return isOpen() ? PamuLayout.LAST_ADDRESS + 1 >>> PAGE_SHIFT : 0;
    }

    @Override
    public int tableCount() {
        return devices.size();
    }

    @Override
    public long lookUp(long iova) {
        return isOpen() && Long.compareUnsigned(iova, PamuLayout.LAST_ADDRESS) <= 0 ? iova : 0;
    }

    private boolean isOpen() {
        OptionalLong entry = OptionalLong.of(tableBase());
        return entry.getAsLong() != 0 && tables.entryAt(entry.getAsLong()).isValid();
    }
}
