package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Translated;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Outcome;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Passed;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Reached;
import org.iommulab.backend.armsmmuv3.SmmuV3Translator.Refused;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.hardware.lpae.LpaeEntries;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Recomputable;

/**
 * Makes the picture of a walk: stream table, context descriptor, the tables of stage 1, then those of stage 2. Where
 * stage 2 translates the addresses of stage 1's tables as well, each entry of stage 1 stands behind those of stage 2 that
 * tell its place. Reads only.
 */
@Recomputable
final class SmmuV3Trace implements SmmuV3Walk.Step {
    private static final int AROUND = 4;
    private static final long SMALL_PAGE = 4096;

    private final SmmuV3 unit;
    private final SmmuV3Registers registers;
    private final PhysicalMemory memory;
    private final SmmuV3Configs configs;
    private final SmmuV3Streams streams;
    private final SmmuV3Translator translator;
    private final List<WalkTrace.Level> levels = new ArrayList<>();
    private Optional<SmmuV3Stage> first = Optional.empty();
    private int lastLevel;
    private String stages = "";

    SmmuV3Trace(
            SmmuV3 unit,
            SmmuV3Registers registers,
            PhysicalMemory memory,
            SmmuV3Configs configs,
            SmmuV3Streams streams,
            SmmuV3Translator translator) {
        this.unit = unit;
        this.registers = registers;
        this.memory = memory;
        this.configs = configs;
        this.streams = streams;
        this.translator = translator;
    }

    /** The levels show memory; the verdict is what the unit would do, which with stale caches is something else. */
    WalkTrace of(Outcome outcome, SmmuV3Translator.Request request) {
        long input = request.input();
        if (unit.translating()) {
            tables(request.sid(), request.ssid(), input);
        }
        Verdict verdict = switch (outcome) {
            case Passed(long output) -> new Verdict.Untranslated(output);
            case Reached reached ->
                new Verdict.Reached(reached.output(), reached.bytes(), Prot.letters(reached.prot()));
            case Refused(String cause, Optional<SmmuV3Event> _, boolean _) -> new Verdict.Refused(cause);
        };
        String inTlb = !unit.translating() ? "off" : outcome instanceof Reached r && r.hit() ? "hit" : "miss";
        return new WalkTrace(unit.id(), input, request.write(), fields(input), inTlb, levels, verdict);
    }

    private List<BitField> fields(long input) {
        return first.map(stage -> new LpaeEntries(stage.shape().format()).address(input, lastLevel, SMALL_PAGE))
                .orElseGet(() -> List.of(BitField.of("offset", 11, 0, input, "")));
    }

    private void tables(int sid, int ssid, long input) {
        if (configs.place(sid, false) instanceof SmmuV3Configs.At(long address)) {
            streamTable(sid, address);
        }
        if (streams.of(sid, ssid, false) instanceof Translated stream) {
            stream.cd().ifPresent(cd -> descriptor(sid, Math.max(ssid, 0), stream, cd));
            stages = stream.one().isPresent() && stream.two().isPresent() ? "both" : "";
            translator.walk(stream, input, this);
        }
    }

    private void streamTable(int sid, long address) {
        if (registers.twoLevels()) {
            long at = configs.levelOneAddress(sid);
            levels.add(levelOne(sid, at));
        }
        if (configs.ste(sid, false) instanceof SmmuV3Configs.Entry(SmmuV3Ste ste)) {
            int index = registers.twoLevels() ? sid & (1 << registers.split()) - 1 : sid;
            int count = registers.twoLevels() ? 1 << registers.split() : 1 << Math.min(30, registers.log2Ids());
            String sentence = SmmuV3Words.sentence(sid, ste);
            levels.add(new WalkTrace.Level(
                    "stream table",
                    address - (long) index * SmmuV3Ste.BYTES,
                    SmmuV3Ste.BYTES,
                    count,
                    index,
                    ste.w0(),
                    SmmuV3Words.fields(ste),
                    configs.keepsSte(sid) ? "Kept by the unit, not read from memory. " + sentence : sentence,
                    around(address, index, count, SmmuV3Ste.BYTES, SmmuV3Words::kind)));
        }
    }

    private WalkTrace.Level levelOne(int sid, long at) {
        long descriptor = memory.read64(at);
        int index = (int) ((at - registers.streamTable()) / 8);
        int span = (int) descriptor & SmmuV3Layout.L1_SPAN;
        String table = EntryWords.hex(descriptor & SmmuV3Layout.L1_ADDRESS);
        var decoded = List.of(
                BitField.of("reserved", 63, 52, descriptor, ""),
                BitField.of("L2Ptr", 51, 6, descriptor, table),
                BitField.of("reserved", 5, 5, descriptor, ""),
                BitField.of("Span", 4, 0, descriptor, span == 0 ? "no table" : (1 << span - 1) + " entries"));
        int count = 1 << Math.max(0, registers.log2Ids() - registers.split());
        return new WalkTrace.Level(
                "stream table, level 1",
                registers.streamTable(),
                8,
                count,
                index,
                descriptor,
                decoded,
                "The entries of streams around " + EntryWords.hex(sid & 0xffff_ffffL) + " are at " + table + ".",
                around(at, index, count, 8, word -> (word & SmmuV3Layout.L1_SPAN) != 0 ? "table" : "-"));
    }

    private void descriptor(int sid, int ssid, Translated stream, SmmuV3Cd cd) {
        if (streams.cdAddress(stream.ste(), ssid, stream.two()) instanceof SmmuV3Configs.Entry(Long address)) {
            String sentence = SmmuV3Words.sentence(cd);
            levels.add(new WalkTrace.Level(
                    "context descriptor",
                    address - (long) ssid * SmmuV3Cd.BYTES,
                    SmmuV3Cd.BYTES,
                    1 << stream.ste().cdMax(),
                    ssid,
                    cd.w0(),
                    SmmuV3Words.fields(cd),
                    configs.keepsCd(sid, ssid) ? "Kept by the unit, not read from memory. " + sentence : sentence,
                    around(address, ssid, 1 << stream.ste().cdMax(), SmmuV3Cd.BYTES, SmmuV3Words::cdKind)));
        }
    }

    @Override
    public void read(SmmuV3Stage stage, int level, long table, int index, long entry) {
        boolean both = !stages.isEmpty();
        if (first.isEmpty() && !(both && stage.stageTwo())) {
            first = Optional.of(stage);
        }
        if (first.filter(own -> own.stageTwo() == stage.stageTwo()).isPresent()) {
            lastLevel = level;
        }
        var words = new LpaeEntries(stage.shape().format());
        int count = stage.shape().levels()[level].entries();
        String which = stages.isEmpty() ? "" : stage.stageTwo() ? "stage 2, " : "stage 1, ";
        boolean inMemory = stages.isEmpty() || stage.stageTwo();
        levels.add(new WalkTrace.Level(
                which + "level " + (level + 1),
                table,
                8,
                count,
                index,
                entry,
                words.fields(level, entry),
                words.sentence(level, entry),
                inMemory
                        ? around(table + index * 8L, index, count, 8, word -> words.kind(level, word))
                        : List.of(new WalkTrace.Entry(index, entry, words.kind(level, entry))),
                both ? stage.stageTwo() ? 2 : 1 : 0));
    }

    private interface Kinds {
        String of(long word);
    }

    private List<WalkTrace.Entry> around(long address, int index, int count, int bytes, Kinds kinds) {
        var around = new ArrayList<WalkTrace.Entry>();
        for (int i = Math.max(0, index - AROUND); i <= Math.min(count - 1, index + AROUND); i++) {
            long at = address + (long) (i - index) * bytes;
            if (memory.contains(at, bytes)) {
                long word = memory.read64(at);
                around.add(new WalkTrace.Entry(i, word, kinds.of(word)));
            }
        }
        return around;
    }
}
