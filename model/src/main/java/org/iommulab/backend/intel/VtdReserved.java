package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.core.ResvRegion;
import org.iommulab.core.ResvRegion.Type;
import org.iommulab.pagetable.Prot;

/**
 * What must be mapped as it is, and what must never be handed out (intel_iommu_get_resv_regions).
 *
 * @param memory the RMRR structures of the firmware, in the order of its table
 */
record VtdReserved(List<Rmrr> memory, VtdScopes scopes) {
    /** Where interrupts go: IOAPIC_RANGE_START to IOAPIC_RANGE_END. */
    private static final ResvRegion INTERRUPTS = new ResvRegion(VtdLayout.FIRST_INTERRUPT, 0x10_0000L, 0, Type.MSI);
    /** What a floppy behind the ISA bridge reaches (CONFIG_INTEL_IOMMU_FLOPPY_WA, which x86 always has). */
    private static final ResvRegion FLOPPY = new ResvRegion(0, 1L << 24, Prot.READ | Prot.WRITE, Type.DIRECT_RELAXABLE);

    private static final int USB = 0x0c03;
    private static final int ISA = 0x0601;
    private static final int DISPLAY = 0x03;
    // a board that gives no configuration space tells what a function is by its type
    private static final Set<String> USB_OR_GRAPHICS = Set.of("usb", "uhci", "ehci", "xhci", "gpu", "vga");
    private static final Set<String> ISA_BRIDGE = Set.of("isa-bridge", "lpc");

    /**
     * Memory that firmware has a device use.
     *
     * @param source requester id of the device, or of a bridge above the devices
     * @param last the last byte
     */
    record Rmrr(int source, long first, long last) {}

    VtdReserved {
        memory = List.copyOf(memory);
    }

    /** The kernel's list has the last structure of the table first. */
    List<ResvRegion> of(Device device) {
        var regions = new ArrayList<ResvRegion>();
        Type type = isRelaxable(device) ? Type.DIRECT_RELAXABLE : Type.DIRECT;
        for (Rmrr rmrr : memory.reversed()) {
            if (scopes.isAtOrBelow(device, rmrr.source())) {
                regions.add(new ResvRegion(rmrr.first(), rmrr.last() - rmrr.first() + 1, Prot.READ | Prot.WRITE, type));
            }
        }
        if (isIsa(device)) {
            regions.add(FLOPPY);
        }
        regions.add(INTERRUPTS);
        return regions;
    }

    /** device_rmrr_is_relaxable: of USB and graphics, firmware has no more use once the system runs. */
    private static boolean isRelaxable(Device device) {
        return device.pci().isPresent()
                && (classOf(device) >>> 8 == USB
                        || classOf(device) >>> 16 == DISPLAY
                        || classOf(device) == 0 && USB_OR_GRAPHICS.contains(device.type()));
    }

    private static boolean isIsa(Device device) {
        return device.pci().isPresent()
                && (classOf(device) >>> 8 == ISA || classOf(device) == 0 && ISA_BRIDGE.contains(device.type()));
    }

    private static int classOf(Device device) {
        return device.pci().map(pci -> pci.found().classCode()).orElse(0);
    }

    /** device_is_rmrr_locked. */
    boolean locks(Device device) {
        return !isRelaxable(device) && memory.stream().anyMatch(rmrr -> scopes.isAtOrBelow(device, rmrr.source()));
    }
}
