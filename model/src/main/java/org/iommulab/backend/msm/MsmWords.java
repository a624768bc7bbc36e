package org.iommulab.backend.msm;

import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Fault;
import org.iommulab.hardware.EntryWords;

/** What contents of registers mean, for people; empty where there is nothing to say. */
final class MsmWords {
    private MsmWords() {}

    static String meaning(int offset, int value) {
        if (offset < MsmLayout.M2VCBR_N) {
            return Context.at(offset % MsmLayout.BANK_BYTES)
                    .map(register -> meaning(register, value))
                    .orElse("");
        }
        return offset < MsmLayout.CBACR_N ? "to context " + MsmLayout.CBNDX.of(value) : "";
    }

    private static String meaning(Context register, int value) {
        return switch (register) {
            case SCTLR -> MsmLayout.M.isSet(value) ? "enabled" : "disabled: pass-through";
            case ACTLR -> MsmLayout.CFCFG.isSet(value) ? "faults stall" : "";
            case CONTEXTIDR -> "ASID " + MsmLayout.ASID.of(value);
            case TTBR0 -> value == 0 ? "" : "table at " + EntryWords.hex(MsmLayout.root(value));
            case FSR -> Fault.of(value).map(Fault::words).orElse("");
            case PAR -> MsmLayout.FAULT.isSet(value) ? "probe failed" : "";
            case TTBR1, TTBCR, FSRRESTORE, FAR, FSYNR0, FSYNR1, PRRR, NMRR, TLBLCKR, V2PSR, TLBFLPTER, TLBSLPTER -> "";
            case BFBCR, TLBIALL, TLBIASID, TLBIVA, TLBIVAA, V2PPR, V2PPW, V2PUR, V2PUW, RESUME -> "";
        };
    }
}
