package org.iommulab.backend.s390;

import org.iommulab.backend.Site;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.bus.Device;
import org.iommulab.dma.DmaDirection;
import org.iommulab.dma.DmaOps;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * {@code s390_pci_dma_ops}, DMA as arch/s390 does it itself up to v6.6: each function has a table of its own, which no
 * IOMMU domain knows (arch/s390/pci/pci_dma.c).
 */
final class ZpciDma extends DmaOps {
    private static final String FILE = "arch/s390/pci/pci_dma.c";
    private static final Term INIT = Term.function("zpci_dma_init_device", FILE);
    private static final Term EXIT = Term.function("zpci_dma_exit_device", FILE);
    private static final Term MAP = Term.of("s390_dma_map_pages", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term UNMAP = Term.of("s390_dma_unmap_pages", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term ADDRESSES = Term.reference("zdev.iommu_bitmap");
    private static final Term TABLE = Term.reference("zdev.dma_table");

    private final Site site;
    private final Kernel kernel;
    private final Zdevs zdevs;
    private final S390Warnings warnings;
    private final boolean strict;

    ZpciDma(Site site, Zdevs zdevs, S390Warnings warnings) {
        super(site.kernel().machine());
        this.site = site;
        this.kernel = site.kernel();
        this.zdevs = zdevs;
        this.warnings = warnings;
        this.strict =
                kernel.commandLine().last("s390_iommu").filter("strict"::equals).isPresent();
    }

    @Override
    public String label() {
        return "s390_pci_dma_ops";
    }

    /** zpci_dma_init_device: a fresh table is anchored. 0 or -EIO, and then DMA is blocked. */
    long init(Zdev zdev) {
        return kernel.driverCall(INIT, zdev, () -> {
            if (!zdev.domain().isNull()) {
                kernel.log().warnOn(INIT, zdev);
            }
            var table = new S390Table(site, zdev, warnings);
            zdev.dmaTable().set(table);
            zdev.trim(site.memory().base() + site.memory().size());
            zdev.addresses().set(new ZpciAddresses(zdev, zdev.end() - zdev.start() + 1 >>> 12, strict));
            if (zdev.register(table).cc() == S390Layout.CC_OK) {
                return 0;
            }
            zdev.addresses().setNull();
            table.free();
            zdev.dmaTable().setNull();
            return Errno.EIO.negative();
        });
    }

    /** zpci_dma_exit_device: the table goes, with everything that was mapped in it. 0 or -EIO. */
    long exit(Zdev zdev) {
        return kernel.driverCall(EXIT, zdev, () -> {
            if (!zdev.domain().isNull()) {
                kernel.log().warnOn(EXIT, zdev);
            }
            Outcome outcome = zdev.unregister();
            if (outcome.cc() != S390Layout.CC_OK && outcome.cc() != S390Layout.CC_INVALID_HANDLE) {
                return Errno.EIO.negative();
            }
            zdev.dmaTable().require().free();
            zdev.dmaTable().setNull();
            zdev.addresses().setNull();
            return 0;
        });
    }

    /** The table of the function; none of the calls has a test for it. */
    private S390PageTable tableOf(Zdev zdev) {
        return zdev.dmaTable()
                .get()
                .orElseThrow(() -> kernel.log().nullAccess(TABLE, zdev))
                .entries();
    }

    @Override
    public long map(Device device, long physical, long bytes, DmaDirection direction) {
        return kernel.machine().call(Lane.CORE, MAP, device, physical, bytes, () -> {
            Zdev zdev = zdevs.of(device).orElseThrow();
            // dma_alloc_address has no test either; that it dies of it follows from the source, no log of it was found
            ZpciAddresses addresses =
                    zdev.addresses().get().orElseThrow(() -> kernel.log().nullAccess(ADDRESSES, zdev));
            long page = addresses.allocate(bytes / S390Format.PAGE, () -> zdev.refreshAll() != 0);
            if (page < 0) {
                return ERROR;
            }
            long address = zdev.start() + page * S390Format.PAGE;
            tableOf(zdev).validate(address, physical, bytes, direction != DmaDirection.TO_DEVICE);
            if (purgeAfterMap(zdev, addresses, address, bytes) != 0) {
                tableOf(zdev).invalidate(address, bytes);
                addresses.free(page);
                return ERROR;
            }
            return address;
        });
    }

    // __dma_purge_tlb: with tlb_refresh 0 a new translation needs no refresh; no room makes the hypervisor look through
    // all
    private long purgeAfterMap(Zdev zdev, ZpciAddresses addresses, long address, long bytes) {
        if (!zdev.properties().tlbRefresh()) {
            return 0;
        }
        long error = zdev.refresh(address, bytes);
        if (error != Errno.ENOMEM.negative() || strict || zdev.refreshAll() != 0) {
            return error;
        }
        addresses.freeLazy();
        return 0;
    }

    @Override
    public void unmap(Device device, long address, long bytes) {
        kernel.machine().run(Lane.CORE, UNMAP, device, address, bytes, () -> {
            Zdev zdev = zdevs.of(device).orElseThrow();
            tableOf(zdev).invalidate(address, bytes);
            if (strict && zdev.refresh(address, bytes) != 0) {
                return;
            }
            // dma_free_address has a test
            zdev.addresses().get().ifPresent(addresses -> addresses.free(address - zdev.start() >>> 12));
        });
    }

    @Override
    public long tableOf(Device device) {
        return zdevs.of(device)
                .filter(zdev -> zdev.domain().isNull())
                .flatMap(zdev -> zdev.dmaTable().get())
                .map(S390Table::base)
                .orElse(0L);
    }
}
