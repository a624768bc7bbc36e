package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.hardware.Mmio;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterFile.Register;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;

/**
 * The one register of the chip's global utilities that concerns the PAMUs: a bit for each, whether accesses go round it.
 * After reset all of them do.
 */
public final class PamuBypass extends SimObject implements Mmio {
    private final RegisterFile file;

    /** @param units how many PAMUs there are */
    public PamuBypass(Machine machine, int units) {
        super(machine);
        int all = 0;
        for (int unit = 0; unit < units; unit++) {
            all |= PamuLayout.bypassBit(unit);
        }
        this.file =
                new RegisterFile(this, List.of(new Register("PAMUBYPENR", PamuLayout.PAMUBYPENR, all & 0xffff_ffffL)));
    }

    @Override
    public String label() {
        return "global-utilities";
    }

    boolean goesRound(int unit) {
        return (file.get32(PamuLayout.PAMUBYPENR) & PamuLayout.bypassBit(unit)) != 0;
    }

    @Override
    public int read32(int offset) {
        int value = file.get32(offset);
        file.emit(EventKind.REGISTER_READ, offset, value & 0xffff_ffffL);
        return value;
    }

    @Override
    public void write32(int offset, int value) {
        file.set32(offset, value);
        file.emit(EventKind.REGISTER_WRITE, offset, value & 0xffff_ffffL);
    }
}
