package org.iommulab.backend.msm;

import java.util.Optional;
import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Fault;
import org.iommulab.hardware.Iotlb;
import org.iommulab.hardware.RadixWalker;
import org.iommulab.pagetable.Prot;
import org.iommulab.pagetable.armv7s.ArmV7sFormat;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The TLB and the walker of a unit, which its contexts share. A cached translation is of a context, an address space and
 * a virtual machine.
 */
final class MsmLookup {
    private static final Term TLB = Term.hex("TLB");
    private static final Term TLB_MISS = Term.of("TLB", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final int PROT = Prot.COMBINATIONS - 1;
    private static final int ASID_SHIFT = 8;
    private static final int CONTEXT_SHIFT = 16;
    private static final int VMID_SHIFT = 24;
    private static final long ASID = 0xff << ASID_SHIFT;
    private static final long CONTEXT = 0xff << CONTEXT_SHIFT;
    private static final long VMID = 0x1fL << VMID_SHIFT;

    private final MsmUnit unit;
    private final Iotlb tlb;
    private final RadixWalker walker;
    private final ArmV7sFormat format;

    MsmLookup(MsmUnit unit, Iotlb tlb, RadixWalker walker, ArmV7sFormat format) {
        this.unit = unit;
        this.tlb = tlb;
        this.walker = walker;
        this.format = format;
    }

    /** What a lookup comes to. */
    sealed interface Outcome {}

    /** @param bytes size of the page */
    record Reached(long output, long bytes) implements Outcome {}

    record Failed(Fault cause) implements Outcome {}

    /**
     * What is asked.
     *
     * @param walks whether the tables are walked when the TLB does not know
     */
    record Kind(boolean write, boolean privileged, boolean walks) {}

    static boolean isSupersection(long bytes) {
        return bytes == ArmV7sFormat.SUPERSECTION;
    }

    /** For an access: what was found is kept. */
    Outcome translate(MsmContext context, long input, Kind kind) {
        int slot = find(context, input);
        if (slot != Iotlb.MISS) {
            unit.machine().emit(EventKind.TLB_HIT, Lane.DMA, TLB, unit, input, tlb.translate(slot, input));
            return cached(slot, input, kind);
        }
        unit.machine().emit(EventKind.TLB_MISS, Lane.DMA, TLB_MISS, unit, input, 4);
        if (!kind.walks()) {
            return new Failed(Fault.TLB_MISS);
        }
        if (input >>> 32 != 0) {
            return new Failed(Fault.TRANSLATION);
        }
        RadixWalker.Result result = walker.walk(unit, context.tableBase(), input);
        Outcome outcome = judge(context, result, input, kind);
        if (outcome instanceof Reached && result instanceof RadixWalker.Found found) {
            tlb.fill(input, found.page(), found.bytes(), found.prot() | tag(context));
            unit.machine().emit(EventKind.TLB_FILL, Lane.DMA, TLB, unit, input & -found.bytes(), found.page());
        }
        return outcome;
    }

    /** For a probe: nothing is kept (ACTLR has a bit for that, DNLV2PA, which the driver leaves 0; unverified). */
    Outcome probe(MsmContext context, long input, Kind kind) {
        int slot = find(context, input);
        if (slot != Iotlb.MISS) {
            return cached(slot, input, kind);
        }
        return kind.walks()
                ? judge(context, walker.walk(unit, context.tableBase(), input), input, kind)
                : new Failed(Fault.TLB_MISS);
    }

    private Outcome cached(int slot, long input, Kind kind) {
        return refusal((int) tlb.attributes(slot) & PROT, kind)
                .<Outcome>map(Failed::new)
                .orElseGet(() -> new Reached(tlb.translate(slot, input), tlb.bytes(slot)));
    }

    private Outcome judge(MsmContext context, RadixWalker.Result result, long input, Kind kind) {
        return switch (result) {
            case RadixWalker.NotMapped _ -> new Failed(Fault.TRANSLATION);
            case RadixWalker.NoMemory _ -> new Failed(Fault.WALK_DECODE);
            case RadixWalker.Found found -> {
                if (MsmLayout.AFE.isSet(context.get(Context.SCTLR))
                        && !format.isAccessed(found.level(), found.entry())) {
                    yield new Failed(Fault.ACCESS_FLAG);
                }
                yield refusal(found.prot(), kind)
                        .<Outcome>map(Failed::new)
                        .orElseGet(() -> new Reached(found.page() | input & found.bytes() - 1, found.bytes()));
            }
        };
    }

    private static Optional<Fault> refusal(int prot, Kind kind) {
        boolean refused = kind.write() && (prot & Prot.WRITE) == 0 || !kind.privileged() && (prot & Prot.PRIV) != 0;
        return refused ? Optional.of(Fault.PERMISSION) : Optional.empty();
    }

    // ---- what is cached

    private static long tag(MsmContext context) {
        return (long) context.asid() << ASID_SHIFT
                | (long) context.number() << CONTEXT_SHIFT
                | (long) MsmLayout.CBVMID.of(context.attributes()) << VMID_SHIFT;
    }

    /** The slot that holds an address of this context. */
    int find(MsmContext context, long input) {
        return tlb.find(input, ASID | CONTEXT | VMID, tag(context));
    }

    /** Whether a slot is one that the context would use now. */
    boolean isOf(int slot, MsmContext context) {
        return (tlb.attributes(slot) & (ASID | CONTEXT | VMID)) == tag(context);
    }

    static int prot(long attributes) {
        return (int) attributes & PROT;
    }

    /** What a walk without events comes to, for the picture. */
    Outcome picture(MsmContext context, RadixWalker.Result result, long input, boolean write) {
        return input >>> 32 != 0
                ? new Failed(Fault.TRANSLATION)
                : judge(context, result, input, new Kind(write, false, true));
    }

    int flushAll() {
        return tlb.flushAll();
    }

    int flushMachine(int vmid) {
        return tlb.flushMatching(VMID, (long) vmid << VMID_SHIFT & VMID);
    }

    int flushContext(MsmContext context) {
        return tlb.flushMatching(CONTEXT, (long) context.number() << CONTEXT_SHIFT);
    }

    int flushSpace(MsmContext context, int asid) {
        return tlb.flushMatching(CONTEXT | ASID, (long) context.number() << CONTEXT_SHIFT | (long) asid << ASID_SHIFT);
    }

    int flushPage(MsmContext context, long input, int asid) {
        return tlb.flush(input, CONTEXT | ASID, (long) context.number() << CONTEXT_SHIFT | (long) asid << ASID_SHIFT);
    }

    /** In whatever address space. */
    int flushPage(MsmContext context, long input) {
        return tlb.flush(input, CONTEXT, (long) context.number() << CONTEXT_SHIFT);
    }
}
