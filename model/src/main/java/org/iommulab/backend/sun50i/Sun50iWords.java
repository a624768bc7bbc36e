package org.iommulab.backend.sun50i;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.hardware.EntryWords;

/** What the registers say, in words. */
final class Sun50iWords {
    private static final int FIRST_AUTHORITY = Sun50iLayout.authorityRegister(0);

    private Sun50iWords() {}

    static String meaning(int offset, int value) {
        if (Sun50iLayout.isAuthority(offset)) {
            int first = (offset - FIRST_AUTHORITY) / 4 * 2;
            return authority(first, value) + "; " + authority(first + 1, value);
        }
        return switch (offset) {
            case Sun50iLayout.ENABLE -> (value & 1) != 0 ? "enabled" : "disabled: pass-through";
            case Sun50iLayout.BYPASS -> masters("bypass: ", value);
            case Sun50iLayout.RESET -> masters("in reset: ", ~value);
            case Sun50iLayout.TTB -> value == 0 ? "" : "directory at " + EntryWords.hex(value & Sun50iLayout.TTB_MASK);
            case Sun50iLayout.TLB_PREFETCH -> masters("reads ahead for ", value);
            case Sun50iLayout.INT_STA -> interrupts(value);
            case Sun50iLayout.L1PG_INT, Sun50iLayout.L2PG_INT -> masters("", value);
            default -> "";
        };
    }

    private static String masters(String before, int bits) {
        List<String> numbers = IntStream.range(0, Sun50iLayout.MASTERS)
                .filter(m -> (bits >>> m & 1) != 0)
                .mapToObj(Integer::toString)
                .toList();
        return numbers.isEmpty() ? "" : before + "master " + String.join(", ", numbers);
    }

    /** What an authority lets master 0 do; the driver treats all masters alike. */
    private static String authority(int authority, int register) {
        boolean read = (register & Sun50iLayout.readUnavailable(authority, 0)) == 0;
        boolean write = (register & Sun50iLayout.writeUnavailable(authority, 0)) == 0;
        return "ACI " + authority + " " + (read ? write ? "rw" : "r" : write ? "w" : "-");
    }

    private static String interrupts(int value) {
        var words = new ArrayList<String>();
        if ((value & Sun50iLayout.INT_INVALID_L1) != 0) {
            words.add("invalid L1 entry");
        }
        if ((value & Sun50iLayout.INT_INVALID_L2) != 0) {
            words.add("invalid L2 entry");
        }
        if ((value & Sun50iLayout.ALL_MASTERS) != 0) {
            words.add(masters("permission fault of ", value));
        }
        return String.join(", ", words);
    }
}
