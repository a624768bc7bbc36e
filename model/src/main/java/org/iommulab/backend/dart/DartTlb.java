package org.iommulab.backend.dart;

import java.util.List;
import java.util.function.IntToLongFunction;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.TlbView;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Machine;

/** The IOTLB: pages by stream. That nothing is mapped is kept, too, which is why the driver flushes after mapping. */
final class DartTlb {
    // Its real size is not known.
    private static final int WAYS = 64;
    private static final int STREAM_SHIFT = 8;
    private static final long STREAM = 0xff00;
    private static final long PROT = 0xff;
    private static final int CAUSE_SHIFT = 16;
    private static final long PRESENT = 0;

    private final Iotlb tlb;
    private final long pageBytes;

    DartTlb(Machine machine, int pageShift) {
        this.tlb = new Iotlb(machine, 1, WAYS, pageShift);
        this.pageBytes = 1L << pageShift;
    }

    /** What a walk finds, and what is kept of it. */
    sealed interface Outcome {}

    /** @param prot what the entry allows */
    record Page(long page, int prot) implements Outcome {}

    record Nothing(DartFault cause) implements Outcome {}

    /** The slot, or {@link Iotlb#MISS}. */
    int find(int stream, long input) {
        return tlb.find(input, STREAM, (long) stream << STREAM_SHIFT);
    }

    Outcome get(int slot) {
        long cause = tlb.attributes(slot) >>> CAUSE_SHIFT;
        return cause == PRESENT
                ? new Page(tlb.output(slot), (int) (tlb.attributes(slot) & PROT))
                : new Nothing(DartFault.values()[(int) cause - 1]);
    }

    void fill(int stream, long input, Outcome outcome) {
        long key = (long) stream << STREAM_SHIFT;
        switch (outcome) {
            case Page(long page, int prot) -> tlb.fill(input, page, pageBytes, key | prot);
            case Nothing(DartFault cause) -> tlb.fill(input, 0, pageBytes, key | cause.ordinal() + 1L << CAUSE_SHIFT);
        }
    }

    /** Drops a stream; how many. */
    int flush(int stream) {
        return tlb.flushMatching(STREAM, (long) stream << STREAM_SHIFT);
    }

    int flushAll() {
        return tlb.flushAll();
    }

    int size() {
        return tlb.size();
    }

    /** @param tables where the table of a stream is */
    List<TlbView> views(IntToLongFunction tables) {
        return tlb.used().stream()
                .map(s -> new TlbView(
                        s,
                        tlb.input(s),
                        tlb.output(s),
                        tlb.bytes(s),
                        Prot.letters((int) (tlb.attributes(s) & PROT)),
                        tables.applyAsLong((int) ((tlb.attributes(s) & STREAM) >>> STREAM_SHIFT))))
                .toList();
    }
}
