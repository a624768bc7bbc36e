package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.backend.intel.VtdTranslator.Nested;
import org.iommulab.backend.intel.VtdTranslator.Outcome;
import org.iommulab.backend.intel.VtdTranslator.Refused;
import org.iommulab.backend.intel.VtdTranslator.Request;
import org.iommulab.backend.intel.VtdTranslator.Tables;
import org.iommulab.backend.intel.VtdTranslator.Translated;
import org.iommulab.backend.intel.VtdTranslator.Untranslated;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a walk: root entry, context entry, PASID tables, page tables. Reads only. */
@Recomputable
final class VtdTrace {
    private static final int AROUND = 4;

    private final VtdUnit unit;
    private final VtdRegisters registers;
    private final PhysicalMemory memory;
    private final VtdContextTable contexts;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private List<BitField> address = List.of();

    VtdTrace(VtdUnit unit, VtdRegisters registers, PhysicalMemory memory, VtdContextTable contexts) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.contexts = contexts;
    }

    /** The levels show memory; the verdict is what the unit would do, which with stale caches is something else. */
    WalkTrace of(VtdTranslator translator, Request request) {
        long input = request.input();
        if (!unit.translating()) {
            return trace(request, "off", new Verdict.Untranslated(input));
        }
        Outcome outcome = translator.decide(request);
        root(request);
        switch (translator.modeOf(request.source(), request.pasid(), false)) {
            case Tables tables -> walk(tables, input);
            case Nested nested -> {
                translator.stages().walk(nested.first(), nested.second(), input, this::staged);
                address = new VtdEntries(nested.first().format())
                        .address(input, nested.first().format().levels() - 1, VtdFormat.SMALL_PAGE);
            }
            default -> {}
        }
        Verdict verdict = switch (outcome) {
            case Untranslated(long output) -> new Verdict.Untranslated(output);
            case Translated t -> new Verdict.Reached(t.output(), t.bytes(), Prot.letters(t.prot()));
            case Refused refused -> new Verdict.Refused(refused.reason().text());
        };
        return trace(request, outcome instanceof Translated t && t.hit() ? "hit" : "miss", verdict);
    }

    private WalkTrace trace(Request request, String inTlb, Verdict verdict) {
        List<BitField> fields =
                address.isEmpty() ? List.of(BitField.of("address", 63, 0, request.input(), "")) : address;
        return new WalkTrace(unit.id(), request.input(), request.write(), fields, inTlb, levels, verdict);
    }

    private void walk(Tables tables, long input) {
        VtdFormat format = tables.format();
        var words = new VtdEntries(format);
        var pages = new ArrayList<WalkTrace.Level>();
        new RadixWalker(memory, format, format.levelNames()).picture(tables.root(), input, words, pages);
        for (int level = 0; level < pages.size(); level++) {
            levels.add(named("level " + format.number(level), pages.get(level)));
        }
        address = words.address(input, Math.max(0, pages.size() - 1), VtdFormat.SMALL_PAGE);
    }

    private static WalkTrace.Level named(String name, WalkTrace.Level level) {
        return new WalkTrace.Level(
                name,
                level.base(),
                level.entryBytes(),
                level.entries(),
                level.index(),
                level.value(),
                level.decoded(),
                level.sentence(),
                level.around());
    }

    /** An entry of a walk of two stages: those of stage 2 before the entry of stage 1 whose place they tell. */
    private void staged(Tables tables, int level, long at, long entry) {
        VtdFormat format = tables.format();
        var words = new VtdEntries(format);
        int stage = format.stage() == VtdFormat.Stage.FIRST ? 1 : 2;
        int index = (int) (at / 8) & VtdTables.ENTRIES - 1;
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(VtdTables.ENTRIES - 1, index + AROUND); i++) {
            long word = memory.read64(at + (i - index) * 8L);
            around.add(new WalkTrace.Entry(i, word, words.kind(level, word)));
        }
        levels.add(new WalkTrace.Level(
                "stage " + stage + ", level " + format.number(level),
                at - index * 8L,
                8,
                VtdTables.ENTRIES,
                index,
                entry,
                words.fields(level, entry),
                words.sentence(level, entry),
                around,
                stage));
    }

    // ---- root, context, PASID

    private void root(Request request) {
        int source = request.source();
        long at = contexts.rootAddress(source);
        if (!memory.contains(at, 8)) {
            return;
        }
        long entry = memory.read64(at);
        boolean wide = registers.scalable();
        int index = wide ? source >>> 7 : source >>> 8;
        int bytes = wide ? 8 : 16;
        String sentence = (entry & 1) == 0
                ? "This bus has no context table: every request is refused."
                : "The context table of the bus is at " + EntryWords.hex(entry & VtdLayout.ADDRESS) + ".";
        levels.add(level("root table", registers.rootTable(), bytes, VtdLayout.PAGE / bytes, index, entry, sentence));
        if ((entry & 1) != 0) {
            context(entry & VtdLayout.ADDRESS, request);
        }
    }

    private void context(long table, Request request) {
        int source = request.source();
        int bytes = contexts.contextBytes();
        int index = contexts.contextIndex(source);
        long at = table + (long) index * bytes;
        if (!memory.contains(at, bytes)) {
            return;
        }
        var context = new VtdContext(memory.read64(at), memory.read64(at + 8));
        String kept = contexts.keeps(source) ? "Kept by the unit, not read from memory. " : "";
        levels.add(level(
                "context table",
                table,
                bytes,
                VtdLayout.PAGE / bytes,
                index,
                context.low(),
                kept + VtdContextWords.sentence(context, registers.scalable())));
        if (context.present() && registers.scalable()) {
            pasid(context, request.pasid() == VtdFault.NO_PASID ? context.ownPasid() : request.pasid());
        }
    }

    private void pasid(VtdContext context, int pasid) {
        long directory = VtdPasidTable.directoryAddress(context, pasid);
        if (!memory.contains(directory, 8)) {
            return;
        }
        long pointer = memory.read64(directory);
        levels.add(level(
                "PASID directory",
                context.pointer(),
                8,
                1 << context.directorySize() + 7,
                pasid >>> VtdPasidEntry.TABLE_SHIFT,
                pointer,
                (pointer & 1) == 0
                        ? "No table for these PASIDs: refused."
                        : "Their table is at " + EntryWords.hex(pointer & VtdLayout.ADDRESS) + "."));
        long table = pointer & VtdLayout.ADDRESS;
        int index = VtdPasidTable.index(pasid);
        long at = table + (long) index * VtdPasidEntry.BYTES;
        if ((pointer & 1) != 0 && memory.contains(at, VtdPasidEntry.BYTES)) {
            var entry = new VtdPasidEntry(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16));
            levels.add(level(
                    "PASID table",
                    table,
                    VtdPasidEntry.BYTES,
                    1 << VtdPasidEntry.TABLE_SHIFT,
                    index,
                    entry.w0(),
                    VtdContextWords.sentence(entry)));
        }
    }

    private WalkTrace.Level level(
            String name, long base, int bytes, int entries, int index, long value, String sentence) {
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(entries - 1, index + AROUND); i++) {
            long at = base + (long) i * bytes;
            if (memory.contains(at, 8)) {
                long word = memory.read64(at);
                around.add(new WalkTrace.Entry(i, word, (word & 1) != 0 ? "present" : "-"));
            }
        }
        return new WalkTrace.Level(
                name, base, bytes, entries, index, value, VtdContextWords.fields(name, value), sentence, around);
    }
}
