package org.iommulab.backend.riscv;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.iommulab.backend.riscv.RiscvTranslator.Outcome;
import org.iommulab.backend.riscv.RiscvTranslator.Passed;
import org.iommulab.backend.riscv.RiscvTranslator.Reached;
import org.iommulab.backend.riscv.RiscvTranslator.Refused;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/** Makes the picture of a walk: the pages of the device directory, the device context, the first stage. Reads only. */
@Recomputable
final class RiscvTrace {
    private static final int AROUND = 4;

    private final RiscvUnit unit;
    private final RiscvRegisters registers;
    private final PhysicalMemory memory;
    private final RiscvContexts contexts;
    private final RiscvTranslator translator;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private List<BitField> address = List.of();

    RiscvTrace(
            RiscvUnit unit,
            RiscvRegisters registers,
            PhysicalMemory memory,
            RiscvContexts contexts,
            RiscvTranslator translator) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.contexts = contexts;
        this.translator = translator;
    }

    /** The levels show memory; the verdict is what the unit would do, which with stale caches is something else. */
    WalkTrace of(Outcome outcome, int id, long input, boolean write) {
        int pages = registers.directoryLevels();
        if (pages > 0 && contexts.ddt().reaches(pages, id)) {
            directory(id, pages - 1, registers.directory());
        }
        translator.tables(id).ifPresent(dc -> firstStage(dc, input));
        Verdict verdict = switch (outcome) {
            case Passed(long output) -> new Verdict.Untranslated(output);
            case Reached reached ->
                new Verdict.Reached(reached.output(), reached.bytes(), Prot.letters(reached.prot()));
            case Refused refused -> new Verdict.Refused(refused.cause().text());
        };
        List<BitField> fields = address.isEmpty() ? List.of(BitField.of("address", 63, 0, input, "")) : address;
        String inTlb = !unit.translating() ? "off" : outcome instanceof Reached r && r.hit() ? "hit" : "miss";
        return new WalkTrace(unit.id(), input, write, fields, inTlb, levels, verdict);
    }

    private void directory(int id, int level, long page) {
        RiscvDdt ddt = contexts.ddt();
        long at = page + ddt.offset(level, id);
        if (!memory.contains(at, ddt.entryBytes(level))) {
            return;
        }
        int index = ddt.index(level, id);
        if (level == 0) {
            context(id, page, index, at);
            return;
        }
        long entry = memory.read64(at);
        levels.add(new WalkTrace.Level(
                "device directory, level " + level,
                page,
                8,
                ddt.entries(level),
                index,
                entry,
                RiscvWords.directoryFields(entry),
                RiscvWords.directorySentence(entry),
                around(page, ddt.entries(level), 8, index, RiscvWords::kind)));
        if ((entry & RiscvDdt.V) != 0) {
            directory(id, level - 1, RiscvLayout.address(entry));
        }
    }

    private void context(int id, long page, int index, long at) {
        RiscvDdt ddt = contexts.ddt();
        RiscvDc dc = contexts.contextAt(at);
        String sentence = RiscvWords.sentence(dc, registers.caps());
        levels.add(new WalkTrace.Level(
                "device context",
                page,
                ddt.entryBytes(0),
                ddt.entries(0),
                index,
                dc.tc(),
                RiscvWords.contextFields(dc.tc()),
                contexts.keeps(id) ? "Kept by the unit, not read from memory. " + sentence : sentence,
                around(page, ddt.entries(0), ddt.entryBytes(0), index, RiscvWords::kind)));
    }

    /** The table of the context that counts: the kept one, if there is one. */
    private void firstStage(RiscvDc dc, long input) {
        var format = new RiscvFormat(dc.levels(), false);
        if (!format.isCanonical(input)) {
            return;
        }
        var words = new RiscvEntries(format);
        int before = levels.size();
        new RiscvWalk(memory)
                .walk(
                        format,
                        dc.root(),
                        input,
                        false,
                        true,
                        (level, table, index, entry) -> levels.add(new WalkTrace.Level(
                                "level " + format.number(level),
                                table,
                                8,
                                1 << format.indexBits(level),
                                index,
                                entry,
                                words.fields(level, entry),
                                words.sentence(level, entry),
                                around(
                                        table,
                                        1 << format.indexBits(level),
                                        8,
                                        index,
                                        word -> words.kind(level, word)))));
        address = words.address(input, Math.max(0, levels.size() - before - 1), RiscvFormat.SMALL_PAGE);
    }

    private List<WalkTrace.Entry> around(long table, int entries, int bytes, int index, LongFunction<String> kind) {
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(entries - 1, index + AROUND); i++) {
            long at = table + (long) i * bytes;
            if (memory.contains(at, 8)) {
                long word = memory.read64(at);
                around.add(new WalkTrace.Entry(i, word, kind.apply(word)));
            }
        }
        return around;
    }
}
