package org.iommulab.dma;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DomainType;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * 32-bit ARM: each device gets a mapping of its own over no default domain (up to v6.6) or over an identity one (from
 * v6.7 on), and drivers may exchange it (arch/arm/mm/dma-mapping.c).
 */
public final class ArmDmaGlue implements ArchDma {
    private static final String FILE = "arch/arm/mm/dma-mapping.c";
    private static final Term SETUP = Term.function("arch_setup_dma_ops", FILE);
    private static final Term SETUP_IOMMU = Term.function("arm_setup_iommu_dma_ops", FILE);
    private static final Term TEARDOWN = Term.function("arch_teardown_dma_ops", FILE);
    private static final Term TEARDOWN_IOMMU = Term.function("arm_teardown_iommu_dma_ops", FILE);
    private static final Term CREATE =
            Term.of("arm_iommu_create_mapping", FILE, Operand.HEX, Operand.HEX, Operand.OBJECT);
    private static final Term ATTACH = Term.function("arm_iommu_attach_device", FILE);
    private static final Term DETACH = Term.function("arm_iommu_detach_device", FILE);
    private static final Term RELEASE = Term.function("arm_iommu_release_mapping", FILE);
    private static final Term NOT_CREATED = LogText.of("<4>Failed to create %d-byte IOMMU mapping for device %o");
    private static final Term NOT_ATTACHED_TO = LogText.of("<4>Failed to attached device %o to IOMMU_mapping");
    private static final Term NOT_ATTACHED = LogText.of("<4>Not attached");

    private final Kernel kernel;
    private final IommuCore core;
    private final DmaOps ops;
    private final LongCell mappings;
    private final RefList<ArmMapping> all;

    public ArmDmaGlue(Kernel kernel, IommuCore core) {
        this.kernel = kernel;
        this.core = core;
        this.ops = new ArmIommuDma(kernel, core);
        this.all = new RefList<>(ops, ArmMapping.class);
        this.mappings = new LongCell(ops, Lane.CORE, Term.count("mappings made"));
    }

    /** arch_setup_dma_ops: dma_ops that are set already are left alone. */
    @Override
    public void setup(Device device, long base, long size, boolean iommu) {
        kernel.run(SETUP, device, () -> {
            if (!device.dmaOps().isNull()) {
                return;
            }
            if (iommu) {
                kernel.run(SETUP_IOMMU, device, () -> setupIommu(device, base, size));
            }
            device.dmaOpsSetup().set(true);
        });
    }

    private void setupIommu(Device device, long base, long size) {
        Created created = createMapping(device, base, size);
        if (created.mapping().isEmpty()) {
            kernel.log().line(NOT_CREATED, kernel, size, device.id());
            return;
        }
        ArmMapping mapping = created.mapping().get();
        mapping.madeFor().setQuietly(Optional.of(device));
        // __arm_iommu_attach_device: dma_ops are set by the caller
        if (attachWithoutOps(device, mapping) != 0) {
            kernel.log().line(NOT_ATTACHED_TO, kernel, device.id(), 0);
            releaseMapping(mapping);
            return;
        }
        device.dmaOps().set(ops);
    }

    /** arch_teardown_dma_ops: only what arch_setup_dma_ops set up. */
    @Override
    public void teardown(Device device) {
        if (!device.dmaOpsSetup().get()) {
            return;
        }
        kernel.run(TEARDOWN, device, () -> {
            kernel.run(
                    TEARDOWN_IOMMU,
                    device,
                    () -> mappingOf(device).ifPresent(mapping -> {
                        detach(device);
                        releaseMapping(mapping);
                    }));
            device.dmaOps().setNull();
        });
    }

    /** The answer of arm_iommu_create_mapping. */
    public record Created(long error, Optional<ArmMapping> mapping) {}

    /** arm_iommu_create_mapping: -ERANGE above 4 GiB, -EINVAL for less than a page, -ENOMEM without a domain. */
    public Created createMapping(Device device, long base, long size) {
        var made = new ArmMapping[1];
        long error = kernel.machine().call(Lane.CORE, CREATE, device, base, size, () -> {
            if (Long.compareUnsigned(size, 1L << 32) > 0) {
                return Errno.ERANGE.negative();
            }
            if (size < kernel.pageBytes()) {
                return Errno.EINVAL.negative();
            }
            Optional<IommuDomain> domain = newDomain(device);
            if (domain.isEmpty()) {
                return Errno.ENOMEM.negative();
            }
            mappings.setQuietly(mappings.get() + 1);
            made[0] = new ArmMapping(kernel.machine(), (int) mappings.get(), base, size, domain.get());
            all.add(made[0]);
            return made[0].id();
        });
        return error < 0 ? new Created(error, Optional.empty()) : new Created(0, Optional.of(made[0]));
    }

    private Optional<IommuDomain> newDomain(Device device) {
        return kernel.has(Behaviour.ARM_MAPPING_FOR_DEVICE)
                ? core.domains().allocFor(device, DomainType.UNMANAGED)
                : core.probing().busOps().flatMap(ops -> core.domains().alloc(ops, DomainType.UNMANAGED));
    }

    /** arm_iommu_attach_device: 0 or what iommu_attach_device says; on an error nothing changes. */
    public long attach(Device device, ArmMapping mapping) {
        return kernel.call(ATTACH, device, mapping, () -> {
            long error = attachWithoutOps(device, mapping);
            if (error == 0) {
                device.dmaOps().set(ops);
            }
            return error;
        });
    }

    private long attachWithoutOps(Device device, ArmMapping mapping) {
        long error = core.attaching().attachDevice(mapping.domain().require(), device);
        if (error != 0) {
            return error;
        }
        mapping.references().add(1);
        device.dmaMapping().set(mapping);
        return 0;
    }

    /** arm_iommu_detach_device: iommu_detach_device tells nobody whether it worked, so this always goes on. */
    public void detach(Device device) {
        kernel.run(DETACH, device, () -> {
            Optional<ArmMapping> mapping = mappingOf(device);
            if (mapping.isEmpty()) {
                kernel.log().line(NOT_ATTACHED, device, 0, 0);
                return;
            }
            core.attaching().detachDevice(mapping.get().domain().require(), device);
            putMapping(mapping.get());
            device.dmaMapping().setNull();
            device.dmaOps().setNull();
        });
    }

    /** arm_iommu_release_mapping: the last reference frees the domain. */
    public void releaseMapping(ArmMapping mapping) {
        kernel.run(RELEASE, mapping, () -> putMapping(mapping));
    }

    private void putMapping(ArmMapping mapping) {
        if (mapping.references().add(-1) == 0) {
            core.domains().free(mapping.domain().require());
        }
    }

    /** Every mapping that was ever made, in order. For those who look. */
    public List<ArmMapping> mappings() {
        return all.toList();
    }

    /** to_dma_iommu_mapping. */
    public static Optional<ArmMapping> mappingOf(Device device) {
        return device.dmaMapping().get().map(ArmMapping.class::cast);
    }
}
