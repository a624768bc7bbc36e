package org.iommulab.backend.dart;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.iommulab.backend.dart.DartLayout.Build;

/** What the registers say about each stream. */
final class DartStreams {
    private final Build build;
    private final DartFamily family;
    private final DartRegisters registers;
    private final int rootShift;

    /** @param format which bits of an address the tables decide about; those above choose the TTBR */
    DartStreams(Build build, DartRegisters registers, DartFormat format) {
        this.build = build;
        this.family = build.chip().family();
        this.registers = registers;
        this.rootShift = format.indexShift(0) + format.indexBits(0);
    }

    /** What becomes of a stream's accesses. */
    enum Mode {
        TRANSLATE,
        BYPASS,
        BLOCKED
    }

    /** Bypass goes before translation, where both are asked for; what hardware does then is not known. */
    Mode mode(int stream) {
        if (stream < 0 || stream >= build.streams() || !registers.isEnabled(stream)) {
            return Mode.BLOCKED;
        }
        int tcr = registers.file().get32(family.tcr(stream));
        if (build.bypass() && (tcr & family.bypassBit()) != 0) {
            return Mode.BYPASS;
        }
        return (tcr & family.translate()) != 0 ? Mode.TRANSLATE : Mode.BLOCKED;
    }

    OptionalInt firstTranslated() {
        return IntStream.range(0, build.streams())
                .filter(stream -> mode(stream) == Mode.TRANSLATE)
                .findFirst();
    }

    private Optional<Long> table(int stream, int index) {
        return family.tableOf(registers.file().get32(family.ttbr(stream, index)));
    }

    /** The top table for an address; empty where no TTBR is, or none that is valid. */
    Optional<Long> table(int stream, long input) {
        long index = input >>> rootShift;
        return index < family.ttbrs() ? table(stream, (int) index) : Optional.empty();
    }

    /** The table of the first TTBR that is valid; 0 when there is none. */
    long firstTable(int stream) {
        return IntStream.range(0, family.ttbrs())
                .mapToObj(i -> table(stream, i))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(0L);
    }

    int rootShift() {
        return rootShift;
    }
}
