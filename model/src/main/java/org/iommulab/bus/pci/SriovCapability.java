package org.iommulab.bus.pci;

import java.util.Optional;

/**
 * The SR-IOV capability of a physical function (PCI Express Base Specification, SR-IOV extended capability; offsets in
 * include/uapi/linux/pci_regs.h).
 *
 * @param at where it is
 * @param initialVfs how many there are at first; without migration the same as the total
 * @param totalVfs how many there can be
 * @param numVfs how many are asked for
 * @param offset from the requester id of the physical function to that of the first virtual one
 * @param stride from the id of one virtual function to the next
 * @param vfDevice the device id of the virtual functions
 * @param functionLink on which other function it depends; itself for none
 * @param enabled whether the virtual functions answer
 * @param migratable whether the obsolete VF migration is there
 */
public record SriovCapability(
        int at,
        int initialVfs,
        int totalVfs,
        int numVfs,
        int offset,
        int stride,
        int vfDevice,
        int functionLink,
        boolean enabled,
        boolean migratable) {
    static final int CONTROL = 0x08;
    static final int NUM_VFS = 0x10;
    static final int VF_ENABLE = 0x01;
    static final int VF_MEMORY = 0x08;
    static final int ARI_HIERARCHY = 0x10;

    /** Empty for a function without the capability. */
    public static Optional<SriovCapability> of(ConfigSpace space) {
        var found = space.find(ExtendedCapability.SRIOV);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        int at = found.getAsInt();
        return Optional.of(new SriovCapability(
                at,
                space.read16(at + 0x0c),
                space.read16(at + 0x0e),
                space.read16(at + NUM_VFS),
                space.read16(at + 0x14),
                space.read16(at + 0x16),
                space.read16(at + 0x1a),
                space.read8(at + 0x12),
                (space.read16(at + CONTROL) & VF_ENABLE) != 0,
                (space.read32(at + 4) & 1) != 0));
    }

    /** The requester id of the virtual function of this number, from 0, of the physical function that has this id. */
    public int requesterId(int physical, int index) {
        return physical + offset + stride * index & 0xffff;
    }
}
