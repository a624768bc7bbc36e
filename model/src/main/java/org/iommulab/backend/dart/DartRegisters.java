package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.dart.DartLayout.Build;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.hardware.RegisterView;
import org.iommulab.sim.SimObject;

/** The registers of a unit: which there are, what they are after power-on, and what they say. */
final class DartRegisters {
    private static final int MANY = 32;

    private final Build build;
    private final DartFamily family;
    private final RegisterFile file;

    DartRegisters(SimObject unit, Build build) {
        this.build = build;
        this.family = build.chip().family();
        this.file = new RegisterFile(unit, all());
    }

    private List<Register> all() {
        var all = new ArrayList<Register>();
        all.add(new Register("PARAMS1", DartLayout.PARAMS1, (long) build.pageShift() << DartLayout.PARAMS1_PAGE_SHIFT));
        all.add(new Register("PARAMS2", DartLayout.PARAMS2, build.bypass() ? DartLayout.PARAMS2_BYPASS : 0));
        switch (family) {
            case T8020 -> {
                all.add(new Register("STREAM_COMMAND", DartLayout.STREAM_COMMAND));
                all.add(new Register("STREAM_SELECT", DartLayout.STREAM_SELECT));
                addErrors(all);
                all.add(new Register("CONFIG", family.lock(), build.locked() ? family.lockBit() : 0));
                all.add(new Register("STREAMS_ENABLE", family.enable(0)));
            }
            case T8110 -> addT8110(all);
        }
        for (int stream = 0; stream < build.streams(); stream++) {
            all.add(new Register("TCR" + stream, family.tcr(stream)));
            for (int i = 0; i < family.ttbrs(); i++) {
                String name = family.ttbrs() == 1 ? "TTBR" + stream : "TTBR" + stream + "_" + i;
                all.add(new Register(name, family.ttbr(stream, i)));
            }
        }
        return all;
    }

    private void addErrors(List<Register> all) {
        all.add(new Register("ERROR", family.error()));
        all.add(new Register("ERROR_ADDR_LO", family.errorAddressLow()));
        all.add(new Register("ERROR_ADDR_HI", family.errorAddressHigh()));
    }

    private void addT8110(List<Register> all) {
        long widths = (long) build.chip().version().outputBits() << DartLayout.PARAMS3_PA_SHIFT
                | (long) build.inputBits() << DartLayout.PARAMS3_VA_SHIFT;
        all.add(new Register("PARAMS3", DartLayout.PARAMS3, widths));
        all.add(new Register("PARAMS4", DartLayout.PARAMS4, build.streams()));
        all.add(new Register("TLB_CMD", DartLayout.TLB_CMD));
        addErrors(all);
        // What it is after power-on is not known; the driver's reset takes it for "everything is masked".
        all.add(new Register("ERROR_MASK", DartLayout.ERROR_MASK, 0xffff_ffffL));
        all.add(new Register("PROTECT", family.lock(), build.locked() ? family.lockBit() : 0));
        all.add(new Register("UNPROTECT", DartLayout.UNPROTECT));
        all.add(new Register("PROTECT_LOCK", DartLayout.PROTECT_LOCK, build.locked() ? family.lockBit() : 0));
        for (int word = 0; word < words(); word++) {
            all.add(new Register("ERROR_STREAMS" + word, DartLayout.ERROR_STREAMS + 4 * word));
            all.add(new Register("ENABLE_STREAMS" + word, family.enable(word)));
            all.add(new Register("DISABLE_STREAMS" + word, DartLayout.DISABLE_STREAMS + 4 * word));
        }
    }

    /** Registers that a bit for each stream takes. */
    int words() {
        return (build.streams() + MANY - 1) / MANY;
    }

    RegisterFile file() {
        return file;
    }

    /** Whether an offset is that of a TCR or a TTBR, which a locked unit keeps. */
    boolean isOfStream(int offset) {
        return file.has(offset) && offset >= family.tcr(0);
    }

    boolean isLocked() {
        return (file.get32(family.lock()) & family.lockBit()) != 0;
    }

    boolean isEnabled(int stream) {
        return (file.get32(family.enable(stream / MANY)) >>> stream % MANY & 1) != 0;
    }

    /** TCRs and TTBRs that are 0 are left out: there are many. */
    List<RegisterView> views() {
        return file.views(this::meaning).stream()
                .filter(view -> view.value() != 0 || !isOfStream(view.offset()))
                .toList();
    }

    private String meaning(Register register, long value) {
        int word = (int) value;
        if (register.offset() == family.lock()) {
            return isLocked() ? "locked" : "";
        }
        if (register.offset() == DartLayout.PARAMS1) {
            return "pages of " + EntryWords.size(1L << build.pageShift());
        }
        if (register.name().startsWith("TCR")) {
            return (word & family.bypassBit()) != 0 ? "bypass" : (word & family.translate()) != 0 ? "translate" : "off";
        }
        if (register.name().startsWith("TTBR")) {
            return family.tableOf(word)
                    .map(table -> "table at " + EntryWords.hex(table))
                    .orElse("not valid");
        }
        return "";
    }
}
