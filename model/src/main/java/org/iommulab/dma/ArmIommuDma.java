package org.iommulab.dma;

import org.iommulab.bus.Device;
import org.iommulab.core.IommuCore;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The {@code iommu_ops} of 32-bit ARM: addresses from the device's mapping (arch/arm/mm/dma-mapping.c). */
final class ArmIommuDma extends DmaOps {
    private static final String FILE = "arch/arm/mm/dma-mapping.c";
    private static final Term MAP = Term.of("arm_iommu_map_page", FILE, Operand.HEX, Operand.HEX, Operand.HEX);
    private static final Term UNMAP = Term.of("arm_iommu_unmap_page", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);

    private static final Term FREE = Term.of("arm_iommu_free_attrs", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final int PAGE_SHIFT = 12;

    private final Kernel kernel;
    private final IommuCore core;

    ArmIommuDma(Kernel kernel, IommuCore core) {
        super(kernel.machine());
        this.kernel = kernel;
        this.core = core;
    }

    @Override
    public String label() {
        return "arm iommu ops";
    }

    @Override
    public long map(Device device, long physical, long bytes, DmaDirection direction) {
        return kernel.machine().call(Lane.CORE, MAP, device, physical, bytes, () -> {
            ArmMapping mapping = mappingOf(device);
            long address = mapping.allocate(bytes);
            if (address == ERROR) {
                return ERROR;
            }
            long error = core.mapping().map(mapping.domain().require(), address, physical, bytes, direction.prot());
            if (error != 0) {
                mapping.free(address, bytes);
                return ERROR;
            }
            return address;
        });
    }

    /**
     * arm_iommu_unmap_page: a page at address 0, where a mapping from 0 puts its first one, stays mapped and taken, as
     * the function takes 0 for nothing (6.1.y and 6.12.y). What was allocated is taken away there, too.
     */
    @Override
    public void unmap(Device device, long address, long bytes) {
        kernel.machine().run(Lane.CORE, UNMAP, device, address, bytes, () -> {
            if (address >>> PAGE_SHIFT != 0) {
                takeAway(device, address, bytes);
            }
        });
    }

    /** arm_iommu_free_attrs. */
    @Override
    public void free(Device device, long address, long bytes) {
        kernel.machine().run(Lane.CORE, FREE, device, address, bytes, () -> takeAway(device, address, bytes));
    }

    private void takeAway(Device device, long address, long bytes) {
        ArmMapping mapping = mappingOf(device);
        core.mapping().unmap(mapping.domain().require(), address, bytes);
        mapping.free(address, bytes);
    }

    private static ArmMapping mappingOf(Device device) {
        return (ArmMapping) device.dmaMapping().require();
    }
}
