package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.ReservedRegions;
import org.iommulab.core.ResvRegion;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * A device asks for interrupts that it raises by writing to a doorbell of a GICv3's ITS
 * (drivers/irqchip/irq-gic-v3-its.c: its_irq_domain_alloc, its_irq_compose_msi_msg). Behind an IOMMU the doorbell needs
 * an address in the domain that the device is in just then (drivers/iommu/dma-iommu.c: iommu_dma_prepare_msi,
 * iommu_dma_compose_msi_msg). Nobody takes it away when the device changes to another domain, and nobody tells the
 * device.
 */
public final class MsiMessages {
    private static final String ITS = "drivers/irqchip/irq-gic-v3-its.c";
    private static final String DMA_IOMMU = "drivers/iommu/dma-iommu.c";
    private static final Term ALLOC = Term.function("its_irq_domain_alloc", ITS);
    private static final Term COMPOSE =
            Term.of("its_irq_compose_msi_msg", ITS, Operand.HEX, Operand.NONE, Operand.NONE);
    private static final Term PREPARE =
            Term.of("iommu_dma_prepare_msi", DMA_IOMMU, Operand.HEX, Operand.NONE, Operand.ERRNO);
    private static final Term GET_PAGE =
            Term.of("iommu_dma_get_msi_page", DMA_IOMMU, Operand.HEX, Operand.NONE, Operand.OBJECT);

    /** IOMMU_WRITE, IOMMU_NOEXEC and IOMMU_MMIO. */
    private static final int PROT = Prot.WRITE | Prot.NOEXEC | Prot.MMIO;

    private final Kernel kernel;
    private final IommuCore core;
    private final DmaAddresses addresses;

    public MsiMessages(Kernel kernel, IommuCore core) {
        this.kernel = kernel;
        this.core = core;
        this.addresses = new DmaAddresses(kernel);
    }

    /** 0, and the device knows where to write; -ENOMEM when the doorbell cannot be mapped. */
    public long request(Device device, long doorbell) {
        return kernel.call(ALLOC, device, () -> {
            Optional<IommuDomain> domain =
                    Group.of(device).flatMap(group -> group.domain().get());
            Optional<SimObject> cookie = domain.flatMap(own -> own.cookie().get());
            long address = doorbell;
            if (domain.isPresent() && cookie.isPresent()) {
                Optional<MsiPages.Page> page = prepare(device, domain.get(), cookie.get(), doorbell);
                if (page.isEmpty()) {
                    return Errno.ENOMEM.negative();
                }
                address = page.get().iova() + (doorbell & granule(cookie.get()) - 1);
            }
            compose(device, address);
            return 0;
        });
    }

    private void compose(Device device, long address) {
        kernel.machine()
                .run(
                        Lane.CORE,
                        COMPOSE,
                        device,
                        address,
                        0,
                        () -> device.msiAddress().set(address));
    }

    private Optional<MsiPages.Page> prepare(Device device, IommuDomain domain, SimObject cookie, long doorbell) {
        long size = granule(cookie);
        long physical = doorbell & -size;
        long[] made = new long[1];
        kernel.machine().call(Lane.CORE, PREPARE, device, doorbell, 0, () -> {
            made[0] = kernel.machine()
                    .call(
                            Lane.CORE,
                            GET_PAGE,
                            device,
                            physical,
                            0,
                            () -> pagesOf(cookie)
                                    .find(physical)
                                    .or(() -> hardware(device, cookie, physical))
                                    .or(() -> map(device, domain, cookie, physical))
                                    .map(SimObject::id)
                                    .orElse(0));
            return made[0] == 0 ? Errno.ENOMEM.negative() : 0;
        });
        return made[0] == 0 ? Optional.empty() : pagesOf(cookie).find(physical);
    }

    // cookie_init_hw_msi_region: a window of the hardware's has its own addresses in a domain of the DMA API
    private Optional<MsiPages.Page> hardware(Device device, SimObject cookie, long physical) {
        boolean own = cookie instanceof IovaDomain
                && ReservedRegions.of(kernel, device).stream()
                        .filter(region -> region.type() == ResvRegion.Type.MSI)
                        .anyMatch(region -> region.start() <= physical && physical <= region.last());
        return own ? Optional.of(pagesOf(cookie).add(physical, physical)) : Optional.empty();
    }

    private Optional<MsiPages.Page> map(Device device, IommuDomain domain, SimObject cookie, long physical) {
        long size = granule(cookie);
        long iova = cookie instanceof MsiCookie own ? own.take(size) : addresses.allocate(device, domain, size);
        if (iova == 0) {
            return Optional.empty();
        }
        if (core.mapping().map(domain, iova, physical, size, PROT) != 0) {
            giveBack(cookie, iova, size);
            return Optional.empty();
        }
        return Optional.of(pagesOf(cookie).add(iova, physical));
    }

    private static void giveBack(SimObject cookie, long iova, long size) {
        if (cookie instanceof MsiCookie own) {
            own.giveBack(size);
        } else {
            ((IovaDomain) cookie).free(iova, size);
        }
    }

    private static MsiPages pagesOf(SimObject cookie) {
        return cookie instanceof MsiCookie own ? own.pages() : ((IovaDomain) cookie).msiPages();
    }

    /** cookie_msi_granule. */
    private long granule(SimObject cookie) {
        return cookie instanceof IovaDomain allocator ? allocator.granule() : kernel.pageBytes();
    }
}
