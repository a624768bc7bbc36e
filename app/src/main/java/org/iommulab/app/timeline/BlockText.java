package org.iommulab.app.timeline;

import org.iommulab.app.words.LogWords;
import org.iommulab.kernel.Callback;
import org.iommulab.sim.Event;
import org.iommulab.sim.Recording;

/** The few words that stand on a bar or beside a block. */
final class BlockText {
    private BlockText() {}

    /** Of a trace, whose markers are told by what was written. */
    private static boolean isMarker(Event.Chapter chapter) {
        return chapter.term().name().equals("tracing_mark_write") && chapter.object() != 0;
    }

    static String of(Recording recording, Event event) {
        return switch (event) {
            case Event.Warn warn -> "WARN " + warn.term().name();
            case Event.Oops oops -> "oops " + oops.term().name();
            case Event.Hang hang -> "hang " + hang.term().name();
            case Event.UseAfterFree use -> "use after free " + use.term().name();
            case Event.Fault fault -> "fault " + fault.term().name();
            case Event.Missing missing ->
                "no " + Callback.of(missing.callback()).kernelName();
            case Event.Log log -> LogWords.of(recording, log);
            case Event.TlbHit _ -> "TLB hit";
            case Event.TlbMiss _ -> "TLB miss";
            case Event.TlbFill _ -> "TLB fill";
            case Event.TlbFlush _ -> "TLB flush";
            case Event.WalkRead read -> "read " + read.term().name();
            case Event.TableWrite write -> "write " + write.term().name();
            case Event.Check check -> check.good() + " of " + check.total() + " right";
            case Event.Chapter chapter
            when isMarker(chapter) ->
                recording.machine().object(chapter.object()).label();
            case Event.Chapter _,
                    Event.Enter _,
                    Event.Callback _,
                    Event.Leave _,
                    Event.Changed _,
                    Event.RegisterWrite _,
                    Event.RegisterRead _,
                    Event.Memory _,
                    Event.Dma _,
                    Event.Translated _,
                    Event.Data _,
                    Event.Interrupt _,
                    Event.Tracepoint _ -> event.term().name();
        };
    }
}
