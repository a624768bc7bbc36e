package org.iommulab.backend.riscv;

/**
 * An entry of the command queue.
 *
 * @param w0 operation, function and most operands
 * @param w1 an address
 */
record RiscvCommand(long w0, long w1) {
    static final int BYTES = 16;

    /** Operation in bits 6:0, function in bits 9:7. */
    private static final int OPERATION = 0x3ff;

    // IOTINVAL
    static final long AV = 1 << 10;
    private static final int PSCID_SHIFT = 12;
    static final long PSCV = 1L << 32;
    static final long GV = 1L << 33;
    /** Also of IOFENCE: an interrupt when it is done. */
    static final long FENCE_WSI = 1 << 11;

    private static final long FENCE_PR = 1 << 12;
    private static final long FENCE_PW = 1 << 13;

    // IODIR
    static final long DV = 1L << 33;
    private static final int DID_SHIFT = 40;

    /** What a unit is asked to do. */
    enum Operation {
        /** Forget translations of first stages. */
        IOTINVAL_VMA(1),
        /** Forget translations of second stages. */
        IOTINVAL_GVMA(1 | 1 << 7),
        /** Tell when everything before it is done. */
        IOFENCE(2),
        /** Forget device contexts. */
        IODIR_INVAL_DDT(3),
        /** Forget process contexts. */
        IODIR_INVAL_PDT(3 | 1 << 7),
        /** To devices with a TLB of their own. */
        ATS(4),
        ILLEGAL(0);

        private final int code;

        Operation(int code) {
            this.code = code;
        }
    }

    Operation operation() {
        int code = (int) w0 & OPERATION;
        for (Operation operation : Operation.values()) {
            if (operation.code == code && operation != Operation.ILLEGAL) {
                return operation;
            }
        }
        return (code & 0x7f) == Operation.ATS.code ? Operation.ATS : Operation.ILLEGAL;
    }

    /** riscv_iommu_cmd_inval_vma: every translation. */
    static RiscvCommand forgetAll() {
        return new RiscvCommand(Operation.IOTINVAL_VMA.code, 0);
    }

    /** riscv_iommu_cmd_inval_set_pscid. */
    static RiscvCommand forget(int pscid) {
        return new RiscvCommand(Operation.IOTINVAL_VMA.code | (long) pscid << PSCID_SHIFT | PSCV, 0);
    }

    /** riscv_iommu_cmd_inval_set_addr: the one page there. */
    RiscvCommand at(long iova) {
        return new RiscvCommand(w0 | AV, iova >>> 12 << 10);
    }

    /** riscv_iommu_cmd_iofence: after all earlier reads and writes. */
    static RiscvCommand fence() {
        return new RiscvCommand(Operation.IOFENCE.code | FENCE_PR | FENCE_PW, 0);
    }

    /** riscv_iommu_cmd_iodir_inval_ddt: every device context. */
    static RiscvCommand forgetContexts() {
        return new RiscvCommand(Operation.IODIR_INVAL_DDT.code, 0);
    }

    /** riscv_iommu_cmd_iodir_set_did. */
    static RiscvCommand forgetContext(int id) {
        return new RiscvCommand(Operation.IODIR_INVAL_DDT.code | DV | (long) id << DID_SHIFT, 0);
    }

    boolean has(long flag) {
        return (w0 & flag) != 0;
    }

    int pscid() {
        return (int) (w0 >>> PSCID_SHIFT) & RiscvLayout.PSCID_MASK;
    }

    int did() {
        return (int) (w0 >>> DID_SHIFT) & RiscvLayout.DID_MASK;
    }

    /** IOTINVAL's page. */
    long page() {
        return w1 >>> 10 << 12;
    }

    /** Where IOFENCE stores its data. */
    long fenceAddress() {
        return w1 << 2;
    }

    int fenceData() {
        return (int) (w0 >>> 32);
    }
}
