package org.iommulab.backend.amd;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.amd.AmdTranslator.Outcome;
import org.iommulab.backend.amd.AmdTranslator.Refused;
import org.iommulab.backend.amd.AmdTranslator.Translated;
import org.iommulab.backend.amd.AmdTranslator.Untranslated;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a walk: device table entry, GCR3 table, page tables. Reads only. */
@Recomputable
final class AmdTrace implements AmdWalker.Step {
    private static final int AROUND = 4;

    private final AmdIommu unit;
    private final PhysicalMemory memory;
    private final AmdDeviceTable devices;
    private final AmdWalker walker;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private EntryWords words = new AmdV1Entries(new AmdV1Format(AmdV1Format.MOST_LEVELS));
    private int lastLevel;

    AmdTrace(AmdIommu unit, PhysicalMemory memory, AmdDeviceTable devices, AmdWalker walker) {
        this.unit = unit;
        this.memory = memory;
        this.devices = devices;
        this.walker = walker;
    }

    /** The levels show memory; the verdict is what the unit would do, which with stale caches is something else. */
    WalkTrace of(Outcome outcome, int device, long input, boolean write) {
        if (!unit.translating()) {
            return trace(input, write, "off", new Verdict.Untranslated(input));
        }
        if (devices.look(device) instanceof AmdDeviceTable.Entry(AmdDte dte)) {
            levels.add(deviceLevel(device, dte));
            walk(dte, input);
        }
        Verdict verdict = switch (outcome) {
            case Untranslated(long output) -> new Verdict.Untranslated(output);
            case Translated t -> new Verdict.Reached(t.output(), t.bytes(), Prot.letters(t.prot()));
            case Refused refused -> new Verdict.Refused(refused.type().name());
        };
        return trace(input, write, outcome instanceof Translated t && t.hit() ? "hit" : "miss", verdict);
    }

    private WalkTrace trace(long input, boolean write, String inTlb, Verdict verdict) {
        List<BitField> fields = words.address(input, lastLevel, AmdV1Format.SMALL_PAGE);
        return new WalkTrace(unit.id(), input, write, fields, inTlb, levels, verdict);
    }

    private void walk(AmdDte dte, long input) {
        if (!dte.valid() || !dte.translationValid()) {
            return;
        }
        if (dte.guestTranslation()) {
            if (dte.guestLevels() <= 5) {
                words = new AmdV2Entries(new AmdV2Format(dte.guestLevels()));
                walker.guest(dte.gcr3(), dte.gcr3Levels(), dte.guestLevels(), input, this);
            }
        } else if (dte.mode() >= 1 && dte.mode() <= AmdV1Format.MOST_LEVELS) {
            words = new AmdV1Entries(new AmdV1Format(dte.mode()));
            walker.host(dte.root(), dte.mode(), input, this);
        }
    }

    private WalkTrace.Level deviceLevel(int device, AmdDte dte) {
        long base = devices.address(0);
        String sentence = AmdDteWords.sentence(device, dte);
        var around = new ArrayList<WalkTrace.Entry>();
        int last = Math.min(devices.entries() - 1, device + AROUND);
        for (int i = Math.max(0, device - AROUND); i <= last; i++) {
            if (memory.contains(devices.address(i), AmdDte.BYTES)) {
                long word = memory.read64(devices.address(i));
                around.add(new WalkTrace.Entry(i, word, AmdDteWords.kind(new AmdDte(word, 0, 0, 0))));
            }
        }
        return new WalkTrace.Level(
                "device table",
                base,
                AmdDte.BYTES,
                devices.entries(),
                device,
                dte.d0(),
                AmdDteWords.fields(dte),
                devices.keeps(device) ? "Kept by the unit, not read from memory. " + sentence : sentence,
                around);
    }

    @Override
    public void read(AmdWalker.Kind kind, int height, long table, int index, long entry) {
        levels.add(
                kind == AmdWalker.Kind.GCR3 ? guestsLevel(height, table, entry) : level(height, table, index, entry));
    }

    private WalkTrace.Level guestsLevel(int height, long table, long entry) {
        boolean present = AmdV2Format.isPresent(entry);
        String target = EntryWords.hex(entry & AmdV2Format.ADDRESS);
        String sentence = !present
                ? "No table for this PASID: a page fault."
                : height == 0
                        ? "The guest table of PASID 0 is at " + target + "."
                        : "The next GCR3 table is at " + target + ".";
        var decoded = List.of(
                BitField.of("zero", 63, 52, entry, ""),
                BitField.of("table base", 51, 12, entry, target),
                BitField.of("zero", 11, 1, entry, ""),
                BitField.flag("V", 0, entry, "valid", "not valid"));
        var around = around(table, 0, word -> AmdV2Format.isPresent(word) ? "table" : "-");
        return new WalkTrace.Level("GCR3", table, 8, AmdTables.ENTRIES, 0, entry, decoded, sentence, around);
    }

    private WalkTrace.Level level(int height, long table, int index, long entry) {
        int level = words.format().levels() - 1 - height;
        lastLevel = level;
        return new WalkTrace.Level(
                "level " + height,
                table,
                8,
                AmdTables.ENTRIES,
                index,
                entry,
                words.fields(level, entry),
                words.sentence(level, entry),
                around(table, index, word -> words.kind(level, word)));
    }

    private interface Kinds {
        String of(long entry);
    }

    private List<WalkTrace.Entry> around(long table, int index, Kinds kinds) {
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(AmdTables.ENTRIES - 1, index + AROUND); i++) {
            if (memory.contains(table + i * 8L, 8)) {
                long word = memory.read64(table + i * 8L);
                around.add(new WalkTrace.Entry(i, word, kinds.of(word)));
            }
        }
        return around;
    }
}
