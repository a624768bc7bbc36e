package org.iommulab.sim;

/** The kinds of {@link Event}, by the number that the columns hold. */
public enum EventKind {
    CHAPTER,
    ENTER,
    CALLBACK,
    LEAVE,
    MISSING,
    CHANGED,
    REGISTER_WRITE,
    REGISTER_READ,
    TABLE_WRITE,
    MEMORY,
    DMA,
    TLB_HIT,
    TLB_MISS,
    WALK_READ,
    TLB_FILL,
    TLB_FLUSH,
    TRANSLATED,
    DATA,
    FAULT,
    INTERRUPT,
    LOG,
    TRACEPOINT,
    WARN,
    OOPS,
    HANG,
    USE_AFTER_FREE,
    CHECK;

    private static final EventKind[] ALL = values();

    static EventKind of(int ordinal) {
        return ALL[ordinal];
    }

    Event decode(int step, Lane lane, int depth, Term term, int object, long a, long b) {
        return switch (this) {
            case CHAPTER -> new Event.Chapter(step, lane, depth, term, object);
            case ENTER -> new Event.Enter(step, lane, depth, term, object, a, b);
            case CALLBACK -> new Event.Callback(step, lane, depth, term, object, a, b);
            case LEAVE -> new Event.Leave(step, lane, depth, term, object, a);
            case MISSING -> new Event.Missing(step, lane, depth, term, object, a);
            case CHANGED -> new Event.Changed(step, lane, depth, term, object, a, b);
            case REGISTER_WRITE -> new Event.RegisterWrite(step, lane, depth, term, object, a, b);
            case REGISTER_READ -> new Event.RegisterRead(step, lane, depth, term, object, a, b);
            case TABLE_WRITE -> new Event.TableWrite(step, lane, depth, term, object, a, b);
            case MEMORY -> new Event.Memory(step, lane, depth, term, object, a, b);
            case DMA -> new Event.Dma(step, lane, depth, term, object, a, b);
            case TLB_HIT -> new Event.TlbHit(step, lane, depth, term, object, a, b);
            case TLB_MISS -> new Event.TlbMiss(step, lane, depth, term, object, a, b);
            case WALK_READ -> new Event.WalkRead(step, lane, depth, term, object, a, b);
            case TLB_FILL -> new Event.TlbFill(step, lane, depth, term, object, a, b);
            case TLB_FLUSH -> new Event.TlbFlush(step, lane, depth, term, object, a, b);
            case TRANSLATED -> new Event.Translated(step, lane, depth, term, object, a, b);
            case DATA -> new Event.Data(step, lane, depth, term, object, a, b);
            case FAULT -> new Event.Fault(step, lane, depth, term, object, a, b);
            case INTERRUPT -> new Event.Interrupt(step, lane, depth, term, object, a, b);
            case LOG -> new Event.Log(step, lane, depth, term, object, a, b);
            case TRACEPOINT -> new Event.Tracepoint(step, lane, depth, term, object, a, b);
            case WARN -> new Event.Warn(step, lane, depth, term, object, a, b);
            case OOPS -> new Event.Oops(step, lane, depth, term, object, a, b);
            case HANG -> new Event.Hang(step, lane, depth, term, object, a, b);
            case USE_AFTER_FREE -> new Event.UseAfterFree(step, lane, depth, term, object, a, b);
            case CHECK -> new Event.Check(step, lane, depth, term, object, a, b);
        };
    }
}
