package org.iommulab.backend.armsmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.armsmmu.ArmSmmuLayout.Register;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.EventKind;

/** The registers of an SMMU by what they are for. */
final class ArmSmmuRegisters {
    private final ArmSmmuFeatures features;
    private final RegisterFile file;

    ArmSmmuRegisters(ArmSmmuUnit unit, ArmSmmuFeatures features) {
        this.features = features;
        this.file = new RegisterFile(unit, registersOf(features));
    }

    private static List<RegisterFile.Register> registersOf(ArmSmmuFeatures features) {
        var all = new ArrayList<>(List.of(
                // after reset every access passes
                new RegisterFile.Register("sCR0", ArmSmmuLayout.SCR0, ArmSmmuLayout.SCR0_CLIENTPD),
                new RegisterFile.Register("ID0", ArmSmmuLayout.ID0, features.id0() & 0xffff_ffffL),
                new RegisterFile.Register("ID1", ArmSmmuLayout.ID1, features.id1() & 0xffff_ffffL),
                new RegisterFile.Register("ID2", ArmSmmuLayout.ID2, features.id2() & 0xffff_ffffL),
                new RegisterFile.Register("sGFSR", ArmSmmuLayout.SGFSR),
                new RegisterFile.Register("sGFSYNR0", ArmSmmuLayout.SGFSYNR0),
                new RegisterFile.Register("sGFSYNR1", ArmSmmuLayout.SGFSYNR1),
                new RegisterFile.Register("sGFSYNR2", ArmSmmuLayout.SGFSYNR2),
                new RegisterFile.Register("TLBIVMID", ArmSmmuLayout.TLBIVMID),
                new RegisterFile.Register("TLBIALLNSNH", ArmSmmuLayout.TLBIALLNSNH),
                new RegisterFile.Register("TLBIALLH", ArmSmmuLayout.TLBIALLH),
                new RegisterFile.Register("sTLBGSYNC", ArmSmmuLayout.STLBGSYNC),
                new RegisterFile.Register("sTLBGSTATUS", ArmSmmuLayout.STLBGSTATUS)));
        for (int i = 0; i < features.matches(); i++) {
            all.add(new RegisterFile.Register("SMR" + i, ArmSmmuLayout.SMR + 4 * i));
            all.add(new RegisterFile.Register("S2CR" + i, ArmSmmuLayout.S2CR + 4 * i));
        }
        for (int bank = 0; bank < features.banks(); bank++) {
            all.add(new RegisterFile.Register("CBAR" + bank, ArmSmmuLayout.CBAR + 4 * bank));
            all.add(new RegisterFile.Register("CBA2R" + bank, ArmSmmuLayout.CBA2R + 4 * bank));
            all.add(new RegisterFile.Register("CBFRSYNRA" + bank, ArmSmmuLayout.CBFRSYNRA + 4 * bank));
            for (Register register : Register.values()) {
                all.add(new RegisterFile.Register("CB" + bank + "_" + register, at(features, register, bank)));
            }
        }
        return all;
    }

    private static int at(ArmSmmuFeatures features, Register register, int bank) {
        return (features.firstBankPage() + bank << ArmSmmuLayout.PAGE_SHIFT) + register.offset();
    }

    /** A register of a bank. */
    record Place(int bank, Register register, boolean upperHalf) {}

    Optional<Place> place(int offset) {
        int bank = (offset >>> ArmSmmuLayout.PAGE_SHIFT) - features.firstBankPage();
        int within = offset & (1 << ArmSmmuLayout.PAGE_SHIFT) - 1;
        return bank >= 0 && bank < features.banks()
                ? Register.at(within).map(r -> new Place(bank, r, r.offset() != within))
                : Optional.empty();
    }

    long get(Register register, int bank) {
        return file.get(at(features, register, bank));
    }

    void set(Register register, int bank, long value) {
        file.set(at(features, register, bank), value);
    }

    int global(int offset) {
        return file.get32(offset);
    }

    void setGlobal(int offset, int value) {
        file.set32(offset, value);
    }

    boolean has(int offset) {
        return file.has(offset);
    }

    ArmSmmuEntry entry(int index) {
        return new ArmSmmuEntry(global(ArmSmmuLayout.SMR + 4 * index), global(ArmSmmuLayout.S2CR + 4 * index));
    }

    int cbar(int bank) {
        return global(ArmSmmuLayout.CBAR + 4 * bank);
    }

    int cba2r(int bank) {
        return global(ArmSmmuLayout.CBA2R + 4 * bank);
    }

    void setStreamOfFault(int bank, int stream) {
        setGlobal(ArmSmmuLayout.CBFRSYNRA + 4 * bank, stream & 0xffff);
    }

    void emit(EventKind kind, int offset, long value) {
        file.emit(kind, offset, value);
    }

    List<RegisterView> views() {
        return file.views((register, value) -> meaning(register.offset(), value));
    }

    private String meaning(int offset, long value) {
        if (offset == ArmSmmuLayout.SCR0) {
            return (value & ArmSmmuLayout.SCR0_CLIENTPD) != 0 ? "off: every access passes" : "on";
        }
        if (offset >= ArmSmmuLayout.SMR && offset < ArmSmmuLayout.SMR + 4 * features.matches()) {
            var entry = new ArmSmmuEntry((int) value, 0);
            return entry.isValid()
                    ? "streams " + EntryWords.hex(entry.id())
                            + (entry.mask() == 0 ? "" : ", but for bits " + EntryWords.hex(entry.mask()))
                    : "not used";
        }
        if (offset >= ArmSmmuLayout.S2CR && offset < ArmSmmuLayout.S2CR + 4 * features.matches()) {
            var entry = new ArmSmmuEntry(0, (int) value);
            return switch (entry.type()) {
                case ArmSmmuLayout.S2CR_TRANSLATE -> "to bank " + entry.bank();
                case ArmSmmuLayout.S2CR_BYPASS -> "bypass";
                default -> "fault";
            };
        }
        return place(offset).map(place -> meaning(place, value)).orElse("");
    }

    private static String meaning(Place place, long value) {
        return switch (place.register()) {
            case SCTLR -> (value & ArmSmmuLayout.SCTLR_M) != 0 ? "enabled" : "disabled: pass-through";
            case TTBR0 -> value == 0 ? "" : "table at " + EntryWords.hex(value & 0xffff_ffff_ffffL);
            case FSR -> (value & ArmSmmuLayout.FSR_FAULT) != 0 ? "a fault is latched" : "";
            case TCR2, TTBR1, TCR, S1_MAIR0, S1_MAIR1, FAR, FSYNR0 -> "";
            case S1_TLBIVA, S1_TLBIASID, S1_TLBIVAL, S2_TLBIIPAS2, S2_TLBIIPAS2L, TLBSYNC, TLBSTATUS -> "";
        };
    }
}
