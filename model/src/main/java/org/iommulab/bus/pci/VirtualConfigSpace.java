package org.iommulab.bus.pci;

import java.util.OptionalInt;

/**
 * The configuration space of a virtual function, which nobody has captured: its physical function's, as SR-IOV changes
 * it (PCI Express Base Specification, SR-IOV: VF configuration space). Vendor and device are what the kernel makes of
 * them (drivers/pci/iov.c: pci_iov_add_virtfn); a real one answers with all ones there.
 */
final class VirtualConfigSpace {
    private static final int COMMAND = 0x04;
    private static final int BARS = 0x10;
    private static final int BARS_END = 0x28;

    private VirtualConfigSpace() {}

    static ConfigSpace of(ConfigSpace physical, SriovCapability sriov) {
        byte[] bytes = physical.bytes();
        put16(bytes, 2, sriov.vfDevice());
        put16(bytes, COMMAND, 0);
        bytes[0x0e] = 0;
        for (int i = BARS; i < BARS_END; i++) {
            bytes[i] = 0;
        }
        OptionalInt express = physical.find(StandardCapability.EXPRESS);
        express.ifPresent(at -> bytes[at + 7] |= (byte) (ResetMethods.FLR >>> 24)); // FLR is mandatory
        withoutSriov(physical, bytes, sriov.at());
        return ConfigSpace.of(bytes);
    }

    // the entry before it points to the one behind it; as the first one it becomes an entry of no kind
    private static void withoutSriov(ConfigSpace physical, byte[] bytes, int sriov) {
        int next = physical.read16(sriov + 2) & 0xfff0;
        int before = sriov;
        for (Capability capability : physical.extendedCapabilities()) {
            if ((physical.read16(capability.offset() + 2) >> 4 & ~3) == sriov) {
                before = capability.offset();
            }
        }
        if (before == sriov) {
            put16(bytes, sriov, 0);
            put16(bytes, sriov + 2, next);
        } else {
            put16(bytes, before + 2, physical.read16(before + 2) & 0xf | next);
        }
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }
}
