package org.iommulab.backend.riscv;

/**
 * A record of the fault queue: 32 bytes, of which the second word is reserved.
 *
 * @param header cause, kind of access, device
 * @param iotval the address that the device used. For what is wrong with the directory too, as the specification says of
 *     every access with an address; QEMU's unit leaves it 0 there
 * @param iotval2 only for faults of second stages
 */
record RiscvFault(long header, long iotval, long iotval2) {
    static final int BYTES = 32;
    static final int IOTVAL = 16;
    static final int IOTVAL2 = 24;

    private static final int CAUSE_MASK = 0xfff;
    private static final int TTYP_SHIFT = 34;
    private static final int DID_SHIFT = 40;
    /** TTYP of an access with an address that is not translated yet. */
    private static final long UNTRANSLATED_READ = 2;

    private static final long UNTRANSLATED_WRITE = 3;

    static RiscvFault of(RiscvCause cause, int id, long input, boolean write) {
        long kind = write ? UNTRANSLATED_WRITE : UNTRANSLATED_READ;
        return new RiscvFault(cause.number() | kind << TTYP_SHIFT | (long) id << DID_SHIFT, input, 0);
    }

    int cause() {
        return (int) header & CAUSE_MASK;
    }

    int did() {
        return (int) (header >>> DID_SHIFT) & RiscvLayout.DID_MASK;
    }
}
