package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.BitField;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.SimObject;

/** A walk made for looking at. */
final class DartTrace {
    private final SimObject unit;
    private final DartStreams streams;
    private final DartTlb tlb;
    private final RadixWalker walker;
    private final DartEntries words;
    private final long pageBytes;

    DartTrace(SimObject unit, DartStreams streams, DartTlb tlb, RadixWalker walker, DartEntries words) {
        this.unit = unit;
        this.streams = streams;
        this.tlb = tlb;
        this.walker = walker;
        this.words = words;
        this.pageBytes = words.format().pageBytes();
    }

    WalkTrace of(int stream, long input, boolean write) {
        return switch (streams.mode(stream)) {
            case BYPASS -> flat(input, write, new Verdict.Untranslated(input));
            case BLOCKED -> flat(input, write, new Verdict.Refused("the stream is blocked"));
            case TRANSLATE -> walk(stream, input, write);
        };
    }

    private WalkTrace flat(long input, boolean write, Verdict verdict) {
        return new WalkTrace(unit.id(), input, write, fields(input), "off", List.of(), verdict);
    }

    private WalkTrace walk(int stream, long input, boolean write) {
        var levels = new ArrayList<WalkTrace.Level>();
        DartTlb.Outcome walked = streams.table(stream, input)
                .map(base -> DartWalker.outcome(walker.picture(base, input, words, levels)))
                .orElse(new DartTlb.Nothing(DartFault.NO_TTBR));
        int slot = tlb.find(stream, input);
        boolean hit = slot != Iotlb.MISS;
        Verdict verdict = verdict(hit ? tlb.get(slot) : walked, input, write);
        return new WalkTrace(unit.id(), input, write, fields(input), hit ? "hit" : "miss", levels, verdict);
    }

    private Verdict verdict(DartTlb.Outcome outcome, long input, boolean write) {
        return switch (outcome) {
            case DartTlb.Nothing(DartFault cause) -> new Verdict.Refused(cause.words());
            case DartTlb.Page(long page, int prot) ->
                DartWalker.allows(prot, write)
                        ? new Verdict.Reached(page | input & pageBytes - 1, pageBytes, Prot.letters(prot))
                        : new Verdict.Refused(DartWalker.denial(write).words());
        };
    }

    private List<BitField> fields(long input) {
        var fields = new ArrayList<BitField>();
        fields.add(BitField.of("TTBR", 63, streams.rootShift(), input, ""));
        fields.addAll(words.address(input, 1, pageBytes));
        return fields;
    }
}
