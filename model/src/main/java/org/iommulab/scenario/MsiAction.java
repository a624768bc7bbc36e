package org.iommulab.scenario;

/** Interrupts that a device raises by writing to memory. */
public sealed interface MsiAction extends Action.Msi {
    /** Its driver, or a program through VFIO, asks for interrupts: the device is told where to write (pci_alloc_irq_vectors). */
    record RequestMsi(String device) implements MsiAction {}

    /** The device writes to where it was told. The results are those of {@code dma}. */
    record RaiseMsi(String device) implements MsiAction {}
}
