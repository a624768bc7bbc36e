package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DmaCookies;
import org.iommulab.core.DomainType;
import org.iommulab.core.Group;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDomain;
import org.iommulab.core.IotlbGather;
import org.iommulab.core.Mapping;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The generic layer of arm64, x86 and (from v6.7 on) s390: DMA over the group's default domain
 * (drivers/iommu/dma-iommu.c). Up to v6.9 arm64 sets it up around a probe (arch/arm64/mm/dma-mapping.c), elsewhere the
 * IOMMU driver does; from v6.10 on the core. Always the default domain, whatever is attached.
 */
public final class IommuDma extends DmaOps implements ArchDma {
    /** The layer's name, as people say it. */
    public static final String NAME = "dma-iommu";

    private static final String FILE = "drivers/iommu/dma-iommu.c";
    private static final Term SETUP = Term.function("arch_setup_dma_ops", "arch/arm64/mm/dma-mapping.c");
    private static final Term TEARDOWN = Term.function("arch_teardown_dma_ops", "arch/arm64/mm/dma-mapping.c");
    private static final Term SETUP_IOMMU = Term.function("iommu_setup_dma_ops", FILE);
    private static final Term ALLOC = Term.of("iommu_dma_alloc", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term FREE = Term.of("iommu_dma_free", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term MAP = Term.of("iommu_dma_map_page", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term UNMAP = Term.of("iommu_dma_unmap_page", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term MAP_SG =
            Term.of("iommu_dma_map_sg", FILE, Operand.DECIMAL, Operand.NONE, Operand.DECIMAL);
    private static final Term UNMAP_SG =
            Term.of("iommu_dma_unmap_sg", FILE, Operand.DECIMAL, Operand.NONE, Operand.NONE);
    private static final Term UNMAP_IOVA = Term.of("__iommu_dma_unmap", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term NO_GROUP = Term.reference("iommu_group");
    private static final Term NO_DOMAIN = Term.reference("default_domain");

    private final Kernel kernel;
    private final IommuCore core;
    private final DmaAddresses addresses;
    private final BouncePages bounce;
    private final DmaSetup setup;

    /** @param pool bounce buffers; empty where there are none */
    public IommuDma(Kernel kernel, IommuCore core, Optional<Swiotlb> pool) {
        super(kernel.machine());
        this.kernel = kernel;
        this.core = core;
        this.addresses = new DmaAddresses(kernel);
        this.bounce = new BouncePages(kernel, pool);
        this.setup = new DmaSetup(kernel);
    }

    /** The cookies of a kernel, with CONFIG_IOMMU_DMA or with its stubs. */
    public static DmaCookies cookies(Kernel kernel) {
        var setup = new DmaSetup(kernel);
        return new DmaCookies() {
            @Override
            public long get(IommuDomain domain) {
                if (!kernel.config("IOMMU_DMA")) {
                    return Errno.ENODEV.negative();
                }
                domain.cookie().setQuietly(Optional.of(new IovaDomain(kernel, domain)));
                return 0;
            }

            @Override
            public long getMsi(IommuDomain domain, long base) {
                if (!kernel.config("IOMMU_DMA")) {
                    return Errno.ENODEV.negative();
                }
                if (domain.type() != DomainType.UNMANAGED) {
                    return Errno.EINVAL.negative();
                }
                if (!domain.cookie().isNull()) {
                    return Errno.EEXIST.negative();
                }
                domain.cookie().set(new MsiCookie(domain, base));
                return 0;
            }

            @Override
            public void put(IommuDomain domain) {
                IovaDomain.of(domain).ifPresent(IovaDomain::stop);
                domain.cookie().setQuietly(Optional.empty());
            }

            @Override
            public void startFlushQueue(IommuDomain domain) {
                var iova = (IovaDomain) domain.cookie().require();
                if (iova.queue().isNull()) {
                    iova.queue().set(new FlushQueue(kernel, iova, domain));
                }
            }

            @Override
            public void lookBelowFourGibFirst(Device device) {
                if (kernel.config("IOMMU_DMA")) {
                    DmaSetup.lookBelowFourGibFirst(kernel, device);
                }
            }

            @Override
            public void setUpDma(Device device) {
                if (kernel.config("IOMMU_DMA")) {
                    if (device.pci().isPresent()) {
                        lookBelowFourGibFirst(device);
                    }
                    kernel.run(SETUP_IOMMU, device, () -> device.dmaIommu().set(setup.isTranslated(device)));
                }
            }
        };
    }

    @Override
    public String label() {
        return "iommu-dma";
    }

    @Override
    public void setup(Device device, long base, long size, boolean iommu) {
        kernel.run(SETUP, device, () -> {
            if (iommu && !kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
                setUpOps(device, base, base + size - 1);
            }
        });
    }

    /**
     * iommu_setup_dma_ops up to v6.9, which the architecture or an IOMMU driver calls.
     *
     * @param limit the last address that the device can reach
     */
    void setUpOps(Device device, long base, long limit) {
        kernel.run(SETUP_IOMMU, device, () -> {
            if (setup.isTranslated(device, base, limit)) {
                device.dmaOps().set(this);
            }
        });
    }

    // From v6.10 on what the core set up at probe outlives the driver.
    @Override
    public void teardown(Device device) {
        if (!kernel.has(Behaviour.CORE_SETS_UP_DMA)) {
            kernel.run(TEARDOWN, device, () -> device.dmaOps().setNull());
        }
    }

    @Override
    public long map(Device device, long physical, long bytes, DmaDirection direction) {
        return kernel.machine().call(Lane.CORE, MAP, device, physical, bytes, () -> {
            IommuDomain domain = defaultDomainOf(device);
            long granule = ((IovaDomain) domain.cookie().require()).granule();
            if (!bounce.isNeeded(device, physical, bytes, granule)) {
                return mapIova(device, domain, physical, bytes, direction);
            }
            long copy = bounce.in(device, physical, bytes, granule, direction);
            if (copy == ERROR) {
                return ERROR;
            }
            long address = mapIova(device, domain, copy, bytes, direction);
            if (address == ERROR) {
                bounce.out(device, copy);
            }
            return address;
        });
    }

    /** iommu_dma_alloc_remap: pages of its own are never copied, and are mapped as a list (__iommu_dma_alloc_noncontiguous). */
    @Override
    public long allocate(Device device, long physical, long bytes) {
        return kernel.machine().call(Lane.CORE, ALLOC, device, physical, bytes, () -> {
            IommuDomain domain = defaultDomainOf(device);
            if (kernel.isKdump() && core.attaching().deferredAttach(device, domain) != 0) {
                return ERROR;
            }
            var iova = (IovaDomain) domain.cookie().require();
            long whole = iova.whole(bytes);
            long address = addresses.allocate(device, domain, whole);
            if (address == 0) {
                return ERROR;
            }
            var pieces = List.of(new Mapping.Piece(physical, whole));
            if (core.mapping().mapList(domain, address, pieces, prot(device, DmaDirection.BIDIRECTIONAL)) < whole) {
                iova.free(address, whole);
                return ERROR;
            }
            return address;
        });
    }

    /** iommu_dma_free, which does not ask first whether anything is mapped there. */
    @Override
    public void free(Device device, long address, long bytes) {
        kernel.machine()
                .run(
                        Lane.CORE,
                        FREE,
                        device,
                        address,
                        bytes,
                        () -> unmapIova(device, defaultDomainOf(device), address, bytes));
    }

    // dma_info_to_prot; on arm64 ACPI's devices are coherent (_CCA, which it must give), those of x86 and s390 cannot
    // be other
    private int prot(Device device, DmaDirection direction) {
        boolean coherent = kernel.config("X86")
                || kernel.config("S390")
                || kernel.config("ARM64") && kernel.config("ACPI")
                || device.isSaidCoherent();
        return direction.prot() | (coherent ? Prot.CACHE : 0);
    }

    // __iommu_dma_map
    private long mapIova(Device device, IommuDomain domain, long physical, long bytes, DmaDirection direction) {
        // iommu_deferred_attach_enabled
        if (kernel.isKdump() && core.attaching().deferredAttach(device, domain) != 0) {
            return ERROR;
        }
        IovaDomain iova = (IovaDomain) domain.cookie().require();
        long offset = physical & iova.granule() - 1;
        long whole = iova.whole(offset + bytes);
        long address = addresses.allocate(device, domain, whole);
        if (address == 0) {
            return ERROR;
        }
        if (core.mapping().map(domain, address, physical - offset, whole, prot(device, direction)) != 0) {
            iova.free(address, whole);
            return ERROR;
        }
        return address + offset;
    }

    @Override
    public void unmap(Device device, long address, long bytes) {
        kernel.machine().run(Lane.CORE, UNMAP, device, address, bytes, () -> {
            IommuDomain domain = defaultDomainOf(device);
            long physical = core.mapping().iovaToPhys(domain, address);
            if (physical == 0) {
                kernel.log().warnOn(UNMAP, device);
                return;
            }
            unmapIova(device, domain, address, bytes);
            bounce.out(device, physical);
        });
    }

    private void unmapIova(Device device, IommuDomain domain, long address, long bytes) {
        kernel.machine()
                .run(Lane.CORE, UNMAP_IOVA, device, address, bytes, () -> unmapAndFree(device, domain, address, bytes));
    }

    // __iommu_dma_unmap: with a queue the invalidation and the address wait
    private void unmapAndFree(Device device, IommuDomain domain, long address, long bytes) {
        var iova = (IovaDomain) domain.cookie().require();
        Optional<FlushQueue> queue = iova.queue().get();
        var gather = new IotlbGather(queue.isPresent());
        long offset = address & iova.granule() - 1;
        long start = address - offset;
        long whole = iova.whole(offset + bytes);
        if (core.mapping().unmapFast(domain, start, whole, gather) != whole) {
            kernel.log().warnOn(UNMAP_IOVA, device);
        }
        if (queue.isPresent()) {
            queue.get().queue(start, whole, gather.takeFreelist());
        } else {
            Mapping.sync(domain, gather);
            iova.free(start, whole);
        }
    }

    @Override
    public SgList.Mapped mapList(
            Device device, List<SgList.Segment> segments, SgLimits limits, DmaDirection direction) {
        var mapped = new SgList.Mapped[1];
        kernel.machine().call(Lane.CORE, MAP_SG, device, segments.size(), 0, () -> {
            mapped[0] = mapSegments(device, segments, limits, direction);
            return mapped[0].result();
        });
        return mapped[0];
    }

    private SgList.Mapped mapSegments(
            Device device, List<SgList.Segment> segments, SgLimits limits, DmaDirection direction) {
        IommuDomain domain = defaultDomainOf(device);
        long attach = kernel.isKdump() ? core.attaching().deferredAttach(device, domain) : 0;
        if (attach != 0) {
            return failed(attach);
        }
        if (bounce.isForList(device)) {
            return super.mapList(device, segments, limits, direction);
        }
        IovaDomain iova = (IovaDomain) domain.cookie().require();
        var layout = new SgLayout(segments, iova.granule(), limits);
        long address = addresses.allocate(device, domain, layout.bytes());
        if (address == 0) {
            return SgList.Mapped.failed(Errno.ENOMEM.negative());
        }
        long done = core.mapping().mapList(domain, address, layout.toMap(), prot(device, direction));
        if (done < layout.bytes()) {
            iova.free(address, layout.bytes());
            return failed(done);
        }
        List<SgList.Entry> entries = layout.entries(address);
        return new SgList.Mapped(entries.size(), layout.places(address), entries);
    }

    // whatever went wrong is -ENOMEM or -EINVAL; -EREMOTEIO is for P2P alone
    private static SgList.Mapped failed(long error) {
        return SgList.Mapped.failed(error == Errno.ENOMEM.negative() ? error : Errno.EINVAL.negative());
    }

    @Override
    public void unmapList(SgList list) {
        Device device = list.device();
        kernel.machine().run(Lane.CORE, UNMAP_SG, device, list.segments().size(), 0, () -> {
            if (bounce.isForList(device)) {
                super.unmapList(list);
                return;
            }
            long start = list.entries().getFirst().address();
            SgList.Entry last = list.entries().getLast();
            long bytes = last.address() + last.bytes() - start;
            IommuDomain domain = defaultDomainOf(device);
            unmapIova(device, domain, start, bytes);
        });
    }

    @Override
    public boolean hasLists() {
        return true;
    }

    // iommu_get_dma_domain tests nothing: a device that lost its group, after an attach that failed, has dma_ops yet
    private IommuDomain defaultDomainOf(Device device) {
        Group group = Group.of(device).orElseThrow(() -> kernel.log().nullAccess(NO_GROUP, device));
        return group.defaultDomain().get().orElseThrow(() -> kernel.log().nullAccess(NO_DOMAIN, device));
    }
}
