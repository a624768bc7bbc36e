package org.iommulab.handover;

import org.iommulab.capture.machine.MachineFile;

/** What happens in each part, in one or two sentences. */
final class Words {
    static final String LOAD =
            "modprobe makes the driver known. It takes no device by itself: it has no ids of its own.";
    static final String OVERRIDE = "With driver_override set only vfio-pci may have the device, whatever its ids are.";
    static final String VIRTUAL = "The machine had them when it was captured: somebody wrote their number into"
        + " sriov_numvfs. Each is a device of its own, with a requester id of its own, so that it can be handed over"
        + " by itself.";
    static final String BIND = "vfio-pci leaves the device's DMA to the user who will have it, so the group's default"
            + " domain stays attached and nobody is counted as its user.";
    static final String CONTAINER = "A container becomes an address space. It is empty: no group, no IOMMU type.";
    static final String GROUP = "The group's file is there since one of its members is bound to vfio-pci. Only one"
            + " program can have it open.";
    static final String STATUS = "A group is viable when no member's driver uses its default domain: the device of"
            + " somebody else must not be reachable from here.";
    static final String CLAIM = "The core gives the whole group to VFIO: it claims DMA ownership and attaches the"
            + " blocking domain, so nothing in the group reaches memory.";
    static final String SET_IOMMU = "Now there is a domain for the user: it is made, the group is attached to it, and"
            + " whether interrupts are isolated is asked.";
    static final String INFO = "Reserved regions are taken out of what the user may map; the lab looks for the first"
            + " room above 1 MiB.";
    static final String MAP = "The program's pages are pinned and written into the user's table, a call for each run of"
            + " pages that lie side by side.";
    static final String DEVICE = "The device is enabled and reset, and its registers are the program's.";
    static final String BUS_MASTER = "Without this bit in its command register a function begins no access.";
    static final String DMA = "The IOMMU finds the address in the user's table and lets the write through.";
    static final String DMA_READ = "Reads go the same way, and this time the TLB may know the answer.";
    static final String OUTSIDE = "Nothing is mapped here, so the IOMMU refuses and reports a fault. This is what keeps"
            + " the rest of memory safe from the program.";
    static final String UNMAP = "The entries go, the TLB is flushed, and only then are the pages unpinned.";
    static final String GONE = "What was allowed a moment ago is refused.";
    static final String UNBIND_VFIO = "With its last VFIO device gone the group's file vanishes.";
    static final String CLEAR = "The device may have any driver that knows its ids again.";
    static final String BACK = "The host's driver gets its device back, and with it the group's default domain a user.";

    private Words() {}

    static String boot(MachineFile file) {
        return "The machine is built from what was captured, and boots: " + file.kernelWords() + ".";
    }

    static String unbind(String device, String driver, boolean own) {
        return own
                ? driver + " does DMA for the host. It must let go before a user can have " + device + "."
                : device + " is in the same group: while " + driver
                        + " does DMA through the group's default domain, nobody else can have the group.";
    }

    static String closing(String file) {
        return switch (file) {
            case "d" -> "Close the device";
            case "g" -> "Close the group";
            default -> "Close the container";
        };
    }

    static String close(String file) {
        return switch (file) {
            case "d" -> "The program is done with the device: it is reset and disabled.";
            case "g" ->
                "Nobody holds the group any more: it leaves the container, the user's domain goes, and the core"
                        + " attaches the group's default domain again.";
            default -> "The address space is gone with its last group; this closes an empty container.";
        };
    }
}
