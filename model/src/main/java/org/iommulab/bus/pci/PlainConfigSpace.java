package org.iommulab.bus.pci;

/** Configuration spaces of functions of which nobody has said more than what they are and whether they keep apart. */
public final class PlainConfigSpace {
    private static final int EXPRESS_AT = 0x40;
    private static final int ACS_AT = 0x100;
    private static final int PASID_AT = 0x110;
    private static final int BRIDGE_CLASS = 0x0604;
    private static final int REQUIRED = AcsFlag.bits(AcsFlag.REQUIRED);

    private PlainConfigSpace() {}

    /**
     * @param multifunction whether there are others in its slot
     * @param acs whether it has an ACS capability with all that the IOMMU core wants implemented and on
     */
    public static ConfigSpace of(PciType type, boolean multifunction, boolean acs) {
        return of(type, multifunction, acs, 0);
    }

    /** @param pasidBits how wide its PASIDs are; 0 for a function without */
    public static ConfigSpace of(PciType type, boolean multifunction, boolean acs, int pasidBits) {
        var bytes = new byte[acs || pasidBits > 0 ? ConfigSpace.EXTENDED_SIZE : ConfigSpace.SIZE];
        bytes[0x0e] = (byte) ((type.isBridge() ? 1 : 0) | (multifunction ? 0x80 : 0));
        if (type.isBridge()) {
            put16(bytes, 0x0a, BRIDGE_CLASS);
        }
        if (type.isExpress()) {
            bytes[0x06] = 0x10;
            bytes[0x34] = EXPRESS_AT;
            bytes[EXPRESS_AT] = (byte) StandardCapability.EXPRESS.id();
            put16(bytes, EXPRESS_AT + 2, 2 | type.number() << 4);
        }
        if (acs) {
            put16(bytes, ACS_AT, ExtendedCapability.ACS.id());
            put16(bytes, ACS_AT + 2, 1 | (pasidBits > 0 ? PASID_AT << 4 : 0));
            put16(bytes, ACS_AT + Acs.CAPABILITY, REQUIRED);
            put16(bytes, ACS_AT + Acs.CONTROL, REQUIRED);
        }
        if (pasidBits > 0) {
            int at = acs ? PASID_AT : ACS_AT;
            put16(bytes, at, ExtendedCapability.PASID.id());
            put16(bytes, at + 2, 1);
            put16(bytes, at + 4, pasidBits << 8);
        }
        return ConfigSpace.of(bytes);
    }

    private static void put16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }
}
