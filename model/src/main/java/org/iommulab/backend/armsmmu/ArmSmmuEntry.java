package org.iommulab.backend.armsmmu;

/** A stream match register and the register beside it that says where the stream goes, as 32-bit words. */
record ArmSmmuEntry(int smr, int s2cr) {
    boolean isValid() {
        return (smr & ArmSmmuLayout.SMR_VALID) != 0;
    }

    int id() {
        return smr & ArmSmmuLayout.SMR_ID;
    }

    /** Bits of a stream id that are not looked at. */
    int mask() {
        return smr >>> ArmSmmuLayout.SMR_MASK_SHIFT & ArmSmmuLayout.SMR_ID;
    }

    boolean matches(int stream) {
        return isValid() && ((stream ^ id()) & ~mask() & ArmSmmuLayout.SMR_ID) == 0;
    }

    int type() {
        return s2cr >>> ArmSmmuLayout.S2CR_TYPE_SHIFT & 3;
    }

    int bank() {
        return s2cr & ArmSmmuLayout.S2CR_BANK;
    }

    static int smrWord(boolean valid, int id, int mask) {
        return (valid ? ArmSmmuLayout.SMR_VALID : 0) | mask << ArmSmmuLayout.SMR_MASK_SHIFT | id;
    }

    static int s2crWord(int type, int bank) {
        return type << ArmSmmuLayout.S2CR_TYPE_SHIFT | bank;
    }
}
