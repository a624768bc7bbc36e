package org.iommulab.hardware.armv7s;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.pagetable.armv7s.ArmV7sQuirk;

/**
 * The bit fields of ARM's short descriptors, and what they say in words: with permissions, without, or with MediaTek's
 * upper address bits in their places.
 */
public record ArmV7sEntries(ArmV7sFormat format) implements EntryWords {
    private boolean isWide() {
        return format.config().has(ArmV7sQuirk.ARM_MTK_EXT);
    }

    private boolean hasPermissions() {
        return !format.config().has(ArmV7sQuirk.NO_PERMS);
    }

    @Override
    public List<BitField> fields(int level, long entry) {
        var fields = new Fields(entry, new ArrayList<>());
        switch (format.kind(level, entry)) {
            case EMPTY -> {
                fields.add("ignored", 31, 2, "");
                type(level, fields);
            }
            case TABLE -> table(fields);
            case LEAF, REPLICATED -> {
                if (level == 0) {
                    section(fields);
                } else if (format.kind(level, entry) == Kind.LEAF) {
                    smallPage(fields);
                } else {
                    largePage(fields);
                }
            }
        }
        return fields.list();
    }

    private void table(Fields fields) {
        fields.add("table base", 31, 10, EntryWords.hex(format.tableAddress(0, fields.entry())));
        if (isWide()) {
            fields.flag("PA[32]", 9, "", "");
            fields.add("zero", 8, 6, "");
            fields.flag("PA[34]", 5, "", "");
            fields.flag("PA[33]", 4, "", "");
        } else {
            fields.flag("zero", 9, "", "");
            fields.add("domain", 8, 5, "");
            fields.flag("zero", 4, "", "");
        }
        fields.flag("NS", 3, "non-secure memory", "secure memory");
        fields.flag("zero", 2, "", "");
        type(0, fields);
    }

    private void section(Fields fields) {
        boolean isSuper = format.kind(0, fields.entry()) == Kind.REPLICATED;
        frame(0, isSuper ? 24 : 20, fields);
        if (isSuper) {
            fields.add("zero", 23, 20, "");
        }
        fields.flag("NS", 19, "non-secure memory", "secure memory");
        fields.flag("supersection", 18, "one of 16 equal entries", "on its own");
        sharing(17, fields);
        permission("AP[2]", 15, "read only", "read and write", fields);
        fields.add("TEX", 14, 12, "");
        permission("AP[1]", 11, "all", "privileged only", fields);
        permission("AP[0]", 10, "accessed", "access flag fault", fields);
        if (isWide()) {
            fields.flag("PA[32]", 9, "", "");
            fields.add("zero", 8, 6, "");
            fields.flag("PA[34]", 5, "", "");
            fields.flag("PA[33]", 4, "", "");
        } else {
            fields.flag("zero", 9, "", "");
            fields.add("domain", 8, 5, "");
            permission("XN", 4, "no code", "code", fields);
        }
        memory(fields);
        type(0, fields);
    }

    private void smallPage(Fields fields) {
        frame(1, 12, fields);
        sharing(11, fields);
        readOnly(fields);
        fields.add("TEX", 8, 6, "");
        accessOfPage(fields);
        memory(fields);
        fields.flag("type", 1, "small page", "");
        permission("XN", 0, "no code", "code", fields);
    }

    private void largePage(Fields fields) {
        frame(1, 16, fields);
        permission("XN", 15, "no code", "code", fields);
        fields.add("TEX", 14, 12, "");
        sharing(11, fields);
        readOnly(fields);
        fields.add("zero", 8, 6, "");
        accessOfPage(fields);
        memory(fields);
        type(1, fields);
    }

    private void frame(int level, int low, Fields fields) {
        fields.add("frame", 31, low, EntryWords.hex(format.output(level, fields.entry())));
    }

    private static void sharing(int notGlobal, Fields fields) {
        fields.flag("nG", notGlobal, "not global", "global");
        fields.flag("S", notGlobal - 1, "shareable", "not shareable");
    }

    private void readOnly(Fields fields) {
        if (isWide()) {
            fields.flag("PA[32]", 9, "", "");
        } else {
            permission("AP[2]", 9, "read only", "read and write", fields);
        }
    }

    private void accessOfPage(Fields fields) {
        if (isWide()) {
            fields.flag("PA[34]", 5, "", "");
            fields.flag("PA[33]", 4, "", "");
        } else {
            permission("AP[1]", 5, "all", "privileged only", fields);
            permission("AP[0]", 4, "accessed", "access flag fault", fields);
        }
    }

    private void permission(String name, int bit, String set, String clear, Fields fields) {
        fields.flag(name, bit, hasPermissions() ? set : "ignored", hasPermissions() ? clear : "ignored");
    }

    private static void memory(Fields fields) {
        fields.flag("C", 3, "cacheable", "not cacheable");
        fields.flag("B", 2, "bufferable", "not bufferable");
    }

    private static void type(int level, Fields fields) {
        int type = (int) fields.entry() & 3;
        String meaning = level == 0
                ? List.of("fault", "table", "section", "reserved: fault").get(type)
                : List.of("fault", "large page", "small page", "small page").get(type);
        fields.add("type", 1, 0, meaning);
    }

    /** Fields of one entry, gathered from the top. */
    private record Fields(long entry, List<BitField> list) {
        void add(String name, int high, int low, String meaning) {
            list.add(BitField.of(name, high, low, entry, meaning));
        }

        void flag(String name, int bit, String set, String clear) {
            list.add(BitField.flag(name, bit, entry, set, clear));
        }
    }
}
