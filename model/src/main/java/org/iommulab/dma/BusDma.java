package org.iommulab.dma;

import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.bus.DmaConfigure;
import org.iommulab.bus.DmaRange;
import org.iommulab.bus.Driver;
import org.iommulab.core.AcpiIommu;
import org.iommulab.core.IommuCore;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * What a bus does about DMA around a probe (drivers/base/platform.c: platform_dma_configure, platform_dma_cleanup;
 * drivers/pci/pci-driver.c: pci_dma_configure, pci_dma_cleanup; drivers/of/device.c: of_dma_configure_id;
 * drivers/acpi/scan.c: acpi_dma_configure_id). On arm64
 * (CONFIG_ACPI) ACPI's IORT says what a device tree says elsewhere, RISC-V's PCI among them, and its VIOT tells of
 * virtio-iommus, on x86 too; of the other IOMMUs of x86 it has nothing to configure. Behind a host bridge that no firmware describes
 * (s390) there is nothing at all.
 */
public final class BusDma implements DmaConfigure {
    private static final Term CONFIGURE = Term.function("platform_dma_configure", "drivers/base/platform.c");
    private static final Term OF_CONFIGURE = Term.function("of_dma_configure_id", "drivers/of/device.c");
    private static final Term CLEANUP = Term.function("platform_dma_cleanup", "drivers/base/platform.c");
    private static final Term PCI_CONFIGURE = Term.function("pci_dma_configure", "drivers/pci/pci-driver.c");
    private static final Term PCI_CLEANUP = Term.function("pci_dma_cleanup", "drivers/pci/pci-driver.c");
    private static final Term ACPI_CONFIGURE = Term.function("acpi_dma_configure_id", "drivers/acpi/scan.c");
    private static final long FOUR_GIB = 1L << 32;

    private final Kernel kernel;
    private final IommuCore core;
    private final ArchDma arch;

    public BusDma(Kernel kernel, IommuCore core, ArchDma arch) {
        this.kernel = kernel;
        this.core = core;
        this.arch = arch;
    }

    @Override
    public void added(Device device) {
        if (core.isBuilt()) {
            core.probing().probeDevice(device); // its failure is not passed on: the device is added anyway
        }
    }

    @Override
    public void removed(Device device) {
        if (core.isBuilt()) {
            core.probing().releaseDevice(device);
        }
    }

    @Override
    public long configure(Device device, Driver driver) {
        return kernel.call(device.pci().isPresent() ? PCI_CONFIGURE : CONFIGURE, device, driver, () -> {
            long error = firmwareConfigure(device);
            if (error != 0 || driver.managesDma()) {
                return error;
            }
            error = core.ownership().useDefaultDomain(device);
            if (error != 0) {
                arch.teardown(device);
            }
            return error;
        });
    }

    private long firmwareConfigure(Device device) {
        boolean inTables = kernel.config("ARM64") && kernel.config("ACPI") || kernel.config(AcpiIommu.VIOT_OPTION);
        if (inTables) {
            return kernel.call(ACPI_CONFIGURE, device, () -> {
                long size = sizeOf(device);
                return set(device, 0, size, core.acpiIommu().configure(device));
            });
        }
        if (kernel.config("X86")) {
            return kernel.call(ACPI_CONFIGURE, device, () -> 0);
        }
        boolean described = device.pci().isEmpty() || kernel.config("ARM64") || kernel.config("RISCV");
        return described ? kernel.call(OF_CONFIGURE, device, () -> ofDmaConfigure(device)) : 0;
    }

    // of_dma_configure_id: what the bus hands on narrows the masks, and stays as a limit of its own
    private long ofDmaConfigure(Device device) {
        Optional<DmaRange> range = device.dmaRange();
        long base = range.map(DmaRange::first).orElse(0L);
        long size = range.map(this::sizeOf).orElseGet(() -> sizeOf(device));
        range.ifPresent(bus -> {
            long bits = -1L >>> Long.numberOfLeadingZeros(bus.last());
            if ((device.dmaMask().get() & ~bits) != 0) {
                device.dmaMask().set(device.dmaMask().get() & bits);
            }
            if (device.busDmaLimit().get() != bus.last()) {
                device.busDmaLimit().set(bus.last());
            }
        });
        return set(device, base, size, ofConfigure(device));
    }

    // arm_setup_iommu_dma_ops, which alone still asks in v6.12, takes one away there
    private long sizeOf(DmaRange range) {
        return kernel.has(Behaviour.CORE_SETS_UP_DMA) ? range.size() - 1 : range.size();
    }

    // of_dma_configure_id and acpi_arch_dma_setup up to v6.9: as much as the coherent mask has
    private long sizeOf(Device device) {
        long mask = device.dmaMask().get();
        return kernel.has(Behaviour.CORE_SETS_UP_DMA) ? FOUR_GIB : mask == -1 ? mask : mask + 1;
    }

    // without IOMMU_API there is no OF_IOMMU either, and of_iommu_configure is a stub
    private long ofConfigure(Device device) {
        return core.isBuilt() ? core.ofIommu().configure(device) : Errno.ENODEV.negative();
    }

    // Only a deferral is passed on; any other failure means that the device goes on without an IOMMU.
    private long set(Device device, long base, long size, long error) {
        if (error == Errno.EPROBE_DEFER.negative()) {
            return error;
        }
        arch.setup(device, base, size, error == 0);
        return 0;
    }

    @Override
    public void cleanup(Device device, Driver driver) {
        if (!driver.managesDma()) {
            kernel.run(
                    device.pci().isPresent() ? PCI_CLEANUP : CLEANUP,
                    device,
                    () -> core.ownership().unuseDefaultDomain(device));
        }
    }

    @Override
    public void teardown(Device device) {
        arch.teardown(device);
    }
}
