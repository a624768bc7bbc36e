package org.iommulab.backend;

import java.util.Optional;
import org.iommulab.bus.DeviceLinks;
import org.iommulab.bus.DriverCore;
import org.iommulab.core.IommuCore;
import org.iommulab.dma.ArmDmaGlue;
import org.iommulab.dma.DmaApi;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;

/**
 * The machine as far as it stands when vendors' drivers move in.
 *
 * @param arm the glue of 32-bit ARM; empty on other architectures and without CONFIG_ARM_DMA_USE_IOMMU
 */
public record Site(
        Kernel kernel,
        IommuCore core,
        DriverCore bus,
        DeviceLinks links,
        DmaApi dma,
        Optional<ArmDmaGlue> arm,
        PhysicalMemory memory,
        FrameAllocator frames) {}
