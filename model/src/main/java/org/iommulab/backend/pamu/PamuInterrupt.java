package org.iommulab.backend.pamu;

import java.util.List;
import java.util.OptionalLong;
import org.iommulab.bus.Device;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/** pamu_av_isr: one handler for all PAMUs of the chip. It tells, and takes the offender's number away for good. */
final class PamuInterrupt {
    private static final Term IRQ = Term.function("pamu_av_isr", "drivers/iommu/fsl_pamu.c");
    private static final Term VIOLATION = line("access violation interrupt");
    private static final Term POES1 = line("POES1=%08x");
    private static final Term POES2 = line("POES2=%08x");
    private static final Term AVS1 = line("AVS1=%08x");
    private static final Term AVS2 = line("AVS2=%08x");
    private static final Term AVA = line("AVA=%016x");
    private static final Term UDAD = line("UDAD=%08x");
    private static final Term POEA = line("POEA=%016x");
    private static final Term PAACE = line("PAACE[%d]=%08x");
    private static final Term DISABLING = line("Disabling liodn %x");
    private static final int WORDS_PRINTED = 4;

    private final Kernel kernel;
    private final PamuTables tables;
    private final Device pamu;
    private final List<Mmio> units;

    PamuInterrupt(Kernel kernel, PamuTables tables, Device pamu, List<Mmio> units) {
        this.kernel = kernel;
        this.tables = tables;
        this.pamu = pamu;
        this.units = List.copyOf(units);
    }

    private static Term line(String text) {
        return LogText.of("<0>fsl-pamu: pamu_av_isr: " + text);
    }

    void handle() {
        kernel.driverRun(IRQ, pamu, () -> {
            print(VIOLATION, 0);
            for (Mmio unit : units) {
                int pics = unit.read32(PamuLayout.PICS);
                if ((pics & PamuLayout.PICS_AV_STATUS) != 0) {
                    handle(unit, pics);
                }
            }
        });
    }

    private void handle(Mmio unit, int pics) {
        print(POES1, unit.read32(PamuLayout.POES1) & 0xffff_ffffL);
        print(POES2, unit.read32(PamuLayout.POES2) & 0xffff_ffffL);
        int status = unit.read32(PamuLayout.AVS1);
        print(AVS1, status & 0xffff_ffffL);
        print(AVS2, unit.read32(PamuLayout.AVS2) & 0xffff_ffffL);
        print(AVA, pair(unit, PamuLayout.AVAH));
        print(UDAD, unit.read32(PamuLayout.UDAD) & 0xffff_ffffL);
        long entry = pair(unit, PamuLayout.POEAH);
        print(POEA, entry);
        if (entry != 0) {
            for (int i = 0; i < WORDS_PRINTED; i++) {
                kernel.log().line(PAACE, kernel, i, tables.word(entry + 4L * i) & 0xffff_ffffL);
            }
        }
        unit.write32(PamuLayout.AVS1, status & PamuLayout.AVS1_STATUS);
        unit.write32(PamuLayout.PICS, punish(status >>> PamuLayout.AVS1_LIODN_SHIFT, pics));
    }

    /**
     * A number that is off already would violate again with each access (erratum A-003638), so that the unit's
     * violations are silenced, for every device behind it; nothing switches them on again.
     */
    private int punish(int liodn, int pics) {
        OptionalLong entry = tables.entryOf(liodn);
        if (entry.isEmpty()) {
            throw kernel.log().bugInInterrupt(IRQ, pamu);
        }
        if (!tables.entryAt(entry.getAsLong()).isValid()) {
            return pics & ~PamuLayout.PICS_AV_ENABLE;
        }
        tables.disable(liodn);
        print(DISABLING, liodn);
        return pics;
    }

    private static long pair(Mmio unit, int high) {
        return (unit.read32(high) & 0xffff_ffffL) << 32 | unit.read32(high + 4) & 0xffff_ffffL;
    }

    private void print(Term line, long value) {
        kernel.log().line(line, kernel, value, 0);
    }
}
