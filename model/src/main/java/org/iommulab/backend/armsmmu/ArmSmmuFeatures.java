package org.iommulab.backend.armsmmu;

/**
 * What an SMMU can do, as its identification registers say it.
 *
 * @param stages 1, 2, or 3 for both
 * @param coherent whether walks see the CPU's caches
 * @param matches stream match entries
 * @param banks context banks
 * @param addressBits widths of virtual, intermediate and physical addresses: here all the same
 */
record ArmSmmuFeatures(int stages, boolean coherent, int matches, int banks, int addressBits) {
    int id0() {
        return ((stages & 1) != 0 ? ArmSmmuLayout.ID0_S1TS : 0)
                | ((stages & 2) != 0 ? ArmSmmuLayout.ID0_S2TS : 0)
                | ArmSmmuLayout.ID0_SMS
                | ArmSmmuLayout.ID0_ATOSNS
                | ArmSmmuLayout.ID0_NO_AARCH32S
                | (coherent ? ArmSmmuLayout.ID0_CTTW : 0)
                | matches;
    }

    /** As many pages for banks as the next power of two. */
    int id1() {
        int power = 32 - Integer.numberOfLeadingZeros(Math.max(1, banks - 1));
        return Math.max(0, power - 1) << ArmSmmuLayout.ID1_NUMPAGENDXB_SHIFT | banks;
    }

    int id2() {
        int width = ArmSmmuLayout.widthField(addressBits);
        return width
                | width << ArmSmmuLayout.ID2_OAS_SHIFT
                | width << ArmSmmuLayout.ID2_UBS_SHIFT
                | ArmSmmuLayout.ID2_PTFS_4K
                | ArmSmmuLayout.ID2_PTFS_64K;
    }

    int firstBankPage() {
        return ArmSmmuLayout.globalPages(id1());
    }
}
