package org.iommulab.backend.armsmmuv3;

import java.util.Optional;
import org.iommulab.backend.armsmmuv3.SmmuV3Event.Type;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Abort;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Bad;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Bypass;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Stream;
import org.iommulab.backend.armsmmuv3.SmmuV3Streams.Translated;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Decides what becomes of an access: stream, TLB, walk, permissions. */
final class SmmuV3Translator {
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);

    private final IommuUnit unit;
    private final SmmuV3Registers registers;
    private final SmmuV3Streams streams;
    private final SmmuV3Tlb tlb;
    private final SmmuV3Walk walk;
    private final boolean saysClass;

    /** @param saysClass whether an event says what was read when it failed; QEMU's unit does not */
    SmmuV3Translator(
            IommuUnit unit,
            SmmuV3Registers registers,
            SmmuV3Streams streams,
            SmmuV3Tlb tlb,
            SmmuV3Walk walk,
            boolean saysClass) {
        this.unit = unit;
        this.registers = registers;
        this.streams = streams;
        this.tlb = tlb;
        this.walk = walk;
        this.saysClass = saysClass;
    }

    /** What becomes of an access. */
    sealed interface Outcome {}

    record Passed(long output) implements Outcome {}

    /** @param prot what may be done there */
    record Reached(long output, long bytes, int prot, boolean hit) implements Outcome {}

    /**
     * Refused.
     *
     * @param cause in a word
     * @param event what is told of it; nothing where it is done silently
     * @param waits whether it is not over, but waits for software (a stall)
     */
    record Refused(String cause, Optional<SmmuV3Event> event, boolean waits) implements Outcome {
        Refused(String cause, Optional<SmmuV3Event> event) {
            this(cause, event, false);
        }
    }

    /**
     * @param ssid its substream, which is a PASID; negative for none
     * @param live whether the access happens: then there are events, and what was read is kept
     */
    record Request(int sid, int ssid, long input, boolean write, boolean live) {
        int needed() {
            return write ? Prot.WRITE : Prot.READ;
        }
    }

    Outcome decide(Request request) {
        if (!registers.enabled(SmmuV3Layout.SMMUEN)) {
            return (registers.get32(SmmuV3Layout.GBPA) & SmmuV3Layout.GBPA_ABORT) != 0
                    ? new Refused("GBPA.ABORT", Optional.empty())
                    : new Passed(request.input());
        }
        Stream stream = streams.of(request.sid(), request.ssid(), request.live());
        return switch (stream) {
            case Abort _ -> new Refused("STE.Config is abort", Optional.empty());
            case Bypass _ -> new Passed(request.input());
            case Bad(Type type, long address, boolean recorded) ->
                new Refused(
                        type.name(),
                        recorded
                                ? Optional.of(SmmuV3Event.ofStream(type, request.sid(), address)
                                        .ofSubstream(request.ssid()))
                                : Optional.empty());
            case Translated translated -> look(request, translated);
        };
    }

    private Outcome look(Request request, Translated stream) {
        long input = request.input();
        int slot = tlb.find(stream.tag(), input);
        if (slot != SmmuV3Tlb.MISS) {
            long output = tlb.output(slot, input);
            emit(request, EventKind.TLB_HIT, TLB, input, output);
            return permitted(request, stream, new Reached(output, tlb.bytes(slot), tlb.prot(slot), true));
        }
        emit(request, EventKind.TLB_MISS, TLB_MISS, input, 4);
        return switch (walk(stream, input, request.live() ? new SmmuV3WalkEvents(unit) : SmmuV3Walk.Step.SILENT)) {
            case SmmuV3Walk.Failed failed -> refused(request, stream, failed);
            case SmmuV3Walk.Found found -> {
                var reached = new Reached(found.output(input), found.bytes(), found.prot(), false);
                Outcome outcome = permitted(request, stream, reached);
                // What is refused is not kept, so that a permission that is granted later counts at once.
                if (request.live() && outcome instanceof Reached) {
                    tlb.keep(stream.tag(), input, found, stream.root());
                    emit(request, EventKind.TLB_FILL, TLB, input & -found.bytes(), found.page());
                }
                yield outcome;
            }
        };
    }

    SmmuV3Walk.Result walk(Translated stream, long input, SmmuV3Walk.Step step) {
        boolean ignored = stream.cd().filter(SmmuV3Cd::accessFlagIgnored).isPresent();
        if (stream.cd().isPresent() && stream.one().isEmpty()) {
            return new SmmuV3Walk.Failed(Type.F_TRANSLATION, false, false, 0);
        }
        if (stream.one().isEmpty()) {
            return walk.one(stream.two().orElseThrow(), input, ignored, step);
        }
        return stream.two().isEmpty()
                ? walk.one(stream.one().get(), input, ignored, step)
                : walk.both(stream.one().get(), stream.two().get(), input, ignored, step);
    }

    private Outcome permitted(Request request, Translated stream, Reached reached) {
        boolean two = stream.cd().isEmpty();
        return (reached.prot() & request.needed()) == 0
                ? refused(
                        request,
                        stream,
                        new SmmuV3Walk.Failed(Type.F_PERMISSION, two, false, two ? request.input() : 0))
                : reached;
    }

    private Outcome refused(Request request, Translated stream, SmmuV3Walk.Failed failed) {
        boolean recorded = failed.stageTwo()
                ? stream.ste().s2Records()
                : stream.cd().filter(SmmuV3Cd::records).isPresent();
        Optional<SmmuV3Event.Class> what = saysClass
                ? Optional.of(failed.ofTable() ? SmmuV3Event.Class.TTD : SmmuV3Event.Class.IN)
                : Optional.empty();
        var event = SmmuV3Event.ofTranslation(
                        failed.type(),
                        request.sid(),
                        request.write(),
                        failed.stageTwo(),
                        what,
                        request.input(),
                        failed.ipa() & -4096)
                .ofSubstream(request.ssid());
        boolean waits = isStalled(stream, failed);
        return new Refused(failed.type().name(), recorded || waits ? Optional.of(event) : Optional.empty(), waits);
    }

    // only what translation itself refuses can wait, not an error of a table's memory
    private static boolean isStalled(Translated stream, SmmuV3Walk.Failed failed) {
        return failed.type() != Type.F_WALK_EABT
                && (failed.stageTwo()
                        ? stream.ste().s2Stalls()
                        : stream.cd().filter(SmmuV3Cd::stalls).isPresent());
    }

    private void emit(Request request, EventKind kind, Term term, long a, long b) {
        if (request.live()) {
            unit.machine().emit(kind, Lane.DMA, term, unit, a, b);
        }
    }
}
