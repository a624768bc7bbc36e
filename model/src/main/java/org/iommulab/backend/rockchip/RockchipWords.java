package org.iommulab.backend.rockchip;

import java.util.ArrayList;
import org.iommulab.hardware.EntryWords;

/** What a bank's registers say, in words. */
final class RockchipWords {
    private RockchipWords() {}

    static String meaning(RockchipFormat format, int offset, int value) {
        return switch (offset) {
            case RockchipLayout.DTE_ADDR ->
                value == 0 ? "" : "directory at " + EntryWords.hex(format.decode(value & 0xffff_ffffL));
            case RockchipLayout.STATUS -> status(value);
            case RockchipLayout.INT_RAWSTAT, RockchipLayout.INT_STATUS -> interrupts(value);
            case RockchipLayout.INT_MASK ->
                (value & RockchipLayout.INT_ALL) == RockchipLayout.INT_ALL ? "interrupts on" : interrupts(value);
            case RockchipLayout.AUTO_GATING ->
                (value & RockchipLayout.AUTO_GATING_NO_FETCH_LIMIT) != 0 ? "no time limit for directory fetches" : "";
            default -> "";
        };
    }

    private static String status(int value) {
        var words = new ArrayList<String>();
        words.add((value & RockchipLayout.STATUS_PAGING_ENABLED) != 0 ? "paging" : "no paging: pass-through");
        if ((value & RockchipLayout.STATUS_PAGE_FAULT_ACTIVE) != 0) {
            words.add((value & RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE) != 0 ? "write fault" : "read fault");
        }
        if ((value & RockchipLayout.STATUS_STALL_ACTIVE) != 0) {
            words.add("stalled");
        }
        return String.join(", ", words);
    }

    private static String interrupts(int value) {
        var words = new ArrayList<String>();
        if ((value & RockchipLayout.INT_PAGE_FAULT) != 0) {
            words.add("page fault");
        }
        if ((value & RockchipLayout.INT_BUS_ERROR) != 0) {
            words.add("bus error");
        }
        return String.join(", ", words);
    }
}
