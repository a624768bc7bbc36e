package org.iommulab.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.board.Registry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the core, VFIO and the driver core say of a machine's IOMMUs is recognised, with the right words. */
class CoreLinesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        iommu: Default domain type: Translated | the default
        iommu: DMA domain TLB invalidation policy: strict mode (set via kernel command line) | when unmapping takes effect
        iommu: Memory encryption detected - Disabling default IOMMU Passthrough | the default is not passthrough
        Forcing DAC for PCI devices | no addresses below 4 GiB first
        iommu: Failed to allocate default IOMMU domain of type 4 for group drm - Falling back to IOMMU_DOMAIN_DMA | a wish that the driver cannot meet
        pci 0000:00:02.0: Device cannot be in Passthrough domain | a wish that is refused
        pci 0000:00:02.0: Group not assigned to default domain | a type is not changed
        pci 0000:00:02.0: Device is not trusted, but driver is overriding group 3 to Passthrough, refusing to probe. | an untrusted device stays outside
        pci 0000:00:02.0: Using 64-bit DMA addresses | addresses beyond 32 bits
        foo 12c10000.mixer: DMA bounce buffers are inactive, unable to map unaligned transaction. | DMA of an untrusted device is refused
        foo 12c10000.mixer: Adding to IOMMU failed: -22 | a device goes on without its IOMMU
        Multiple IOMMU drivers present for bus platform, which the public IOMMU API can't fully support yet. You will still need to disable one or more for this to work, sorry! | a domain is refused
        specified DMA range outside IOMMU capability | DMA operations could not be set up
        Incompatible range for DMA domain | DMA operations could not be set up
        net-a 8000000.ethernet: deferred probe timeout, ignoring dependency | nobody waits any more
        net-a 8000000.ethernet: ignoring dependency for device, assuming no driver | nobody waits
        pci 0000:01:00.0: device attach failed (-16) | a new device gets no driver
        nvme 0000:01:00.0: failed to stop IOMMU for a PCI reset: -16 | a reset is not done
        vfio_iommu_type1_attach_group: No interrupt remapping support.  Use the module param "allow_unsafe_interrupts" to enable VFIO IOMMU support on this platform | a group is refused because of interrupts
        vfio-pci 0000:01:00.0: MSI interrupts are not secure, they cannot be isolated by the platform. Check that platform features like interrupt remapping are enabled. | interrupts are not kept apart
        vfio-pci 0000:01:00.0: No device request channel registered, blocked until released by user | unbinding waits
        vfio-pci 0000:01:00.0: Cannot bind to PF with SR-IOV enabled | vfio-pci refuses a device
        e1000 0000:06:01.0: stream 1536 already in tree from dev 0000:06:00.0 | a device gets no group
        e1000 0000:06:01.0: stream 1536 already in tree | a device gets no group
        """)
    void aLineIsRecognised(String line, String title) {
        assertThat(LogDecoder.decode(Registry.faultTexts(), List.of("[    1.234567] " + line)))
                .singleElement()
                .extracting(Decoded::title)
                .isEqualTo(title);
    }
}
