package org.iommulab.bus.pci;

import java.util.Optional;

/** Configuration spaces of functions of which nobody has said more than what they are and whether they keep apart. */
public final class PlainConfigSpace {
    private static final int COMMAND = 0x04;
    private static final int MEMORY_AND_MASTER = 6;
    private static final int EXPRESS_AT = 0x40;
    private static final int FIRST_EXTENDED = 0x100;
    private static final int SECOND_EXTENDED = 0x120;
    private static final int PASID_AT = 0x180;
    private static final int BRIDGE_CLASS = 0x060400;
    private static final int REQUIRED = AcsFlag.bits(AcsFlag.REQUIRED);

    private PlainConfigSpace() {}

    /**
     * What a function has at power-on that the kernel finds by a scan.
     *
     * @param multifunction whether there are others in its slot
     * @param acs whether it has an ACS capability with all that the IOMMU core wants implemented; nothing of it is on
     * @param reset whether it has a function level reset
     * @param pasidBits how wide its PASIDs are; 0 for a function without
     * @param numbers of a bridge
     */
    public record Facts(
            PciType type,
            int vendor,
            int device,
            int classCode,
            boolean multifunction,
            boolean acs,
            boolean reset,
            int pasidBits,
            Optional<BridgeNumbers> numbers,
            Optional<Vfs> vfs) {}

    /**
     * The virtual functions that it can have.
     *
     * @param offset from its requester id to that of the first
     * @param stride from one's id to the next one's
     * @param device their device id
     * @param link the function on which they depend: itself
     */
    public record Vfs(int total, int offset, int stride, int device, int link) {}

    /** As {@link #of(PciType, boolean, boolean, int)}, without PASIDs. */
    public static ConfigSpace of(PciType type, boolean multifunction, boolean acs) {
        return of(type, multifunction, acs, 0);
    }

    /**
     * A function that is there without a scan: firmware has set it up, so that it may begin accesses.
     *
     * @param multifunction whether there are others in its slot
     * @param acs whether it has an ACS capability with all that the IOMMU core wants implemented and on
     * @param pasidBits how wide its PASIDs are; 0 for a function without
     */
    public static ConfigSpace of(PciType type, boolean multifunction, boolean acs, int pasidBits) {
        byte[] bytes = header(type, multifunction, acs || pasidBits > 0);
        put16(bytes, COMMAND, MEMORY_AND_MASTER);
        putExtended(bytes, acs, Optional.empty(), pasidBits);
        if (acs) {
            put16(bytes, FIRST_EXTENDED + Acs.CONTROL, REQUIRED);
        }
        return ConfigSpace.of(bytes);
    }

    /** A function that waits to be found. */
    public static ConfigSpace of(Facts facts) {
        boolean extended = facts.acs() || facts.vfs().isPresent() || facts.pasidBits() > 0;
        byte[] bytes = header(facts.type(), facts.multifunction(), extended);
        put16(bytes, 0, facts.vendor());
        put16(bytes, 2, facts.device());
        bytes[0x09] = (byte) facts.classCode();
        put16(bytes, 0x0a, facts.classCode() >> 8);
        if (facts.reset() && facts.type().isExpress()) {
            bytes[EXPRESS_AT + 7] = (byte) (ResetMethods.FLR >>> 24);
        }
        facts.numbers().ifPresent(numbers -> {
            bytes[BridgeNumbers.REGISTER] = (byte) numbers.primary();
            bytes[BridgeNumbers.REGISTER + 1] = (byte) numbers.secondary();
            bytes[BridgeNumbers.REGISTER + 2] = (byte) numbers.subordinate();
        });
        putExtended(bytes, facts.acs(), facts.vfs(), facts.pasidBits());
        return ConfigSpace.of(bytes);
    }

    /** The list of extended capabilities begins at {@link #FIRST_EXTENDED}, with the first that there is. */
    private static void putExtended(byte[] bytes, boolean acs, Optional<Vfs> vfs, int pasidBits) {
        int sriovAt = acs ? SECOND_EXTENDED : FIRST_EXTENDED;
        int pasidAt = acs || vfs.isPresent() ? PASID_AT : FIRST_EXTENDED;
        int last = pasidBits > 0 ? pasidAt : 0;
        if (acs) {
            putAcs(bytes, vfs.isPresent() ? sriovAt : last);
        }
        vfs.ifPresent(functions -> putSriov(bytes, sriovAt, last, functions));
        if (pasidBits > 0) {
            putCapability(bytes, pasidAt, ExtendedCapability.PASID, 0);
            put16(bytes, pasidAt + 4, pasidBits << 8);
        }
    }

    private static byte[] header(PciType type, boolean multifunction, boolean extended) {
        var bytes = new byte[extended ? ConfigSpace.EXTENDED_SIZE : ConfigSpace.SIZE];
        bytes[0x0e] = (byte) ((type.isBridge() ? 1 : 0) | (multifunction ? 0x80 : 0));
        if (type.isBridge()) {
            put16(bytes, 0x0a, BRIDGE_CLASS >> 8);
        }
        if (type.isExpress()) {
            bytes[0x06] = 0x10;
            bytes[0x34] = EXPRESS_AT;
            bytes[EXPRESS_AT] = (byte) StandardCapability.EXPRESS.id();
            put16(bytes, EXPRESS_AT + 2, 2 | type.number() << 4);
        }
        return bytes;
    }

    private static void putAcs(byte[] bytes, int next) {
        putCapability(bytes, FIRST_EXTENDED, ExtendedCapability.ACS, next);
        put16(bytes, FIRST_EXTENDED + Acs.CAPABILITY, REQUIRED);
    }

    private static void putSriov(byte[] bytes, int at, int next, Vfs vfs) {
        putCapability(bytes, at, ExtendedCapability.SRIOV, next);
        put16(bytes, at + 0x0c, vfs.total());
        put16(bytes, at + 0x0e, vfs.total());
        bytes[at + 0x12] = (byte) vfs.link();
        put16(bytes, at + 0x14, vfs.offset());
        put16(bytes, at + 0x16, vfs.stride());
        put16(bytes, at + 0x1a, vfs.device());
    }

    private static void putCapability(byte[] bytes, int at, ExtendedCapability capability, int next) {
        put16(bytes, at, capability.id());
        put16(bytes, at + 2, 1 | next << 4);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }
}
