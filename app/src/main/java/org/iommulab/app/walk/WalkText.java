package org.iommulab.app.walk;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.app.words.Hex;
import org.iommulab.app.words.Sizes;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;

/** The words and numbers of a walk, for the picture and for its text twin. */
final class WalkText {
    private WalkText() {}

    /** {@code 0x4002 3a40}. */
    static String address(long address) {
        return "0x" + Hex.groups(address, 8);
    }

    /** An entry in groups of four, as wide as it is; of one of many words the word that counts. */
    static String entry(WalkTrace.Level level, long value) {
        return level.entryBytes() > 8 ? Hex.word(value) : Hex.groups(value, 2 * level.entryBytes());
    }

    static String bits(BitField field) {
        return field.high() == field.low() ? Integer.toString(field.high()) : field.high() + ".." + field.low();
    }

    static String title(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** {@code L1} of {@code level 1 index}, where there is little room. */
    static String small(String name) {
        return name.startsWith("level ") ? "L" + name.substring(6).replace(" index", "") : name;
    }

    static String tlb(WalkTrace trace) {
        return switch (trace.tlb()) {
            case "hit" -> "hit, no walk";
            case "miss" -> "miss, walk starts";
            case "off" -> "unit is off";
            default -> trace.tlb();
        };
    }

    static String verdictTitle(WalkTrace.Verdict verdict) {
        return switch (verdict) {
            case WalkTrace.Verdict.Reached _ -> "Physical address";
            case WalkTrace.Verdict.Untranslated _ -> "Untranslated";
            case WalkTrace.Verdict.Redirected _ -> "Led astray";
            case WalkTrace.Verdict.Refused _ -> "Fault";
        };
    }

    static String verdict(WalkTrace.Verdict verdict) {
        return switch (verdict) {
            case WalkTrace.Verdict.Reached reached -> address(reached.output());
            case WalkTrace.Verdict.Untranslated untranslated -> address(untranslated.output());
            case WalkTrace.Verdict.Redirected redirected -> redirected.cause() + ", " + address(redirected.output());
            case WalkTrace.Verdict.Refused refused -> refused.cause();
        };
    }

    static String verdictRemark(WalkTrace.Verdict verdict) {
        return switch (verdict) {
            case WalkTrace.Verdict.Reached reached ->
                Sizes.of(reached.bytes()) + " page, " + permissions(reached.permissions());
            case WalkTrace.Verdict.Untranslated _ -> "the address goes through untouched";
            case WalkTrace.Verdict.Redirected redirected -> "the access ends in the " + redirected.place();
            case WalkTrace.Verdict.Refused _ -> "the access does not reach memory";
        };
    }

    static String permissions(String permissions) {
        return switch (permissions) {
            case "rw" -> "read and write";
            case "r" -> "read only";
            case "w" -> "write only";
            case "-" -> "no access";
            default -> permissions;
        };
    }

    static List<String> twin(WalkScene scene) {
        WalkTrace trace = scene.trace();
        var lines = new ArrayList<String>();
        lines.add(scene.headline() + (scene.unit().isEmpty() ? "" : " through " + scene.unit()));
        for (BitField field : trace.fields()) {
            lines.add("  " + field.name() + " " + bits(field) + " = " + Hex.plain(field.value()));
        }
        lines.add("IOTLB: " + tlb(trace));
        int shown = scene.walked() ? scene.reads() : 0;
        for (WalkTrace.Level level :
                trace.levels().subList(0, Math.min(shown, trace.levels().size()))) {
            lines.add("read " + address(level.entryAddress()) + " = " + entry(level, level.value()) + "  "
                    + level.name() + " entry " + Hex.plain(level.index()));
            for (BitField field : level.decoded()) {
                String meaning = field.meaning().isEmpty() ? "" : "  " + field.meaning();
                lines.add("  " + field.name() + " " + bits(field) + " = " + Hex.plain(field.value()) + meaning);
            }
            lines.add("  " + level.sentence());
        }
        if (scene.over()) {
            lines.add(verdictTitle(trace.verdict()) + ": " + verdict(trace.verdict()) + ", "
                    + verdictRemark(trace.verdict()));
        }
        if (!scene.note().isEmpty()) {
            lines.add(scene.note());
        }
        return lines;
    }
}
