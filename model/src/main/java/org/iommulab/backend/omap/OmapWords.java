package org.iommulab.backend.omap;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.EntryWords;

/** What the registers say, in words. */
final class OmapWords {
    private static final List<String> INTERRUPTS =
            List.of("TLB miss", "translation fault", "emulator TLB miss", "table walk fault", "multi-hit fault");

    private OmapWords() {}

    static String meaning(int offset, int value) {
        return switch (offset) {
            case OmapLayout.REVISION -> "revision " + (value >>> 4 & 0xf) + "." + (value & 0xf);
            case OmapLayout.IRQSTATUS -> interrupts(value);
            case OmapLayout.IRQENABLE -> value == 0 ? "faults are silent" : interrupts(value);
            case OmapLayout.CNTL -> control(value);
            case OmapLayout.TTB -> value == 0 ? "" : "table at " + EntryWords.hex(value & OmapLayout.TTB_MASK);
            case OmapLayout.LOCK -> "base " + OmapLayout.lockBase(value) + ", victim " + OmapLayout.lockVictim(value);
            case OmapLayout.CAM, OmapLayout.READ_CAM -> cam(value);
            case OmapLayout.GP_REG ->
                (value & OmapLayout.GP_BUS_ERROR_BACK) != 0 ? "a fault is a bus error" : "a fault stalls";
            default -> "";
        };
    }

    /** {@code translation fault}; several with commas. */
    static String interrupts(int value) {
        var words = new ArrayList<String>();
        for (int bit = 0; bit < INTERRUPTS.size(); bit++) {
            if ((value >>> bit & 1) != 0) {
                words.add(INTERRUPTS.get(bit));
            }
        }
        return String.join(", ", words);
    }

    private static String control(int value) {
        if ((value & OmapLayout.CNTL_MMU_EN) == 0) {
            return "disabled: pass-through";
        }
        return (value & OmapLayout.CNTL_TWL_EN) != 0 ? "enabled, walks tables" : "enabled, software fills the TLB";
    }

    private static String cam(int value) {
        if ((value & OmapLayout.CAM_VALID) == 0) {
            return "invalid";
        }
        String page = EntryWords.size(OmapLayout.bytes(value)) + " at " + EntryWords.hex(OmapLayout.tag(value));
        return (value & OmapLayout.CAM_PRESERVED) != 0 ? page + ", preserved" : page;
    }
}
