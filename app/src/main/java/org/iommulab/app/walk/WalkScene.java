package org.iommulab.app.walk;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.iommulab.app.playback.Now;
import org.iommulab.graph.Moment;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.sim.Recording;

/**
 * What the walk pane shows in one picture.
 *
 * @param trace the whole walk
 * @param device the master's name, empty when the lab finds none
 * @param unit the unit's name
 * @param reads how many table entries have been read at this step
 * @param over whether the access has ended at this step: its verdict may be shown
 * @param fresh whether the step itself is the newest read or the end, so that it is animated
 * @param note something odd about the answer, in one sentence; or empty
 */
public record WalkScene(
        WalkTrace trace, String device, String unit, int reads, boolean over, boolean fresh, String note) {

    /** The walk of the last access on or before this step; empty when there was none. */
    public static Optional<WalkScene> of(Now now) {
        return now.moment().walk().map(trace -> of(now, trace));
    }

    private static WalkScene of(Now now, WalkTrace trace) {
        Moment moment = now.moment();
        Optional<Moment.UnitView> unit =
                moment.units().stream().filter(u -> u.id() == trace.unit()).findFirst();
        Recording recording = now.run().recording();
        Progress progress = Progress.at(recording, now.step(), trace.levels().size(), trace.unit());
        String device = progress.begin() == 0
                ? firstBehind(moment, trace.unit())
                : recording.machine().labelOf(recording.objectId(progress.begin()));
        boolean stale = isHit(trace) && unit.stream().anyMatch(u -> isStale(u, trace.input()));
        String note = stale ? "TLB: hit on a translation that no table has any more" : "";
        return new WalkScene(
                trace,
                device,
                unit.map(Moment.UnitView::name).orElse(""),
                reads(trace, progress),
                progress.over(),
                progress.fresh(),
                note);
    }

    // what a unit looks up inside itself is no read of memory, and done when the access is
    private static int reads(WalkTrace trace, Progress progress) {
        if (isInside(trace)) {
            return progress.over() ? trace.levels().size() : 0;
        }
        return isHit(trace) ? 0 : progress.reads();
    }

    private static String firstBehind(Moment moment, int unit) {
        return devices(moment).stream()
                .filter(d -> d.units().contains(unit))
                .map(Moment.DeviceView::name)
                .findFirst()
                .orElse("");
    }

    private static List<Moment.DeviceView> devices(Moment moment) {
        return Stream.concat(
                        moment.groups().stream().flatMap(group -> group.devices().stream()), moment.loose().stream())
                .toList();
    }

    private static boolean isStale(Moment.UnitView unit, long input) {
        return unit.tlb().stream()
                .anyMatch(entry -> unit.staleTlb().contains(entry.slot())
                        && Long.compareUnsigned(input, entry.input()) >= 0
                        && Long.compareUnsigned(input - entry.input(), entry.bytes()) < 0);
    }

    /** The same walk when the access has ended. */
    WalkScene atItsEnd() {
        return new WalkScene(trace, device, unit, trace.levels().size(), true, false, note);
    }

    private static boolean isHit(WalkTrace trace) {
        return trace.tlb().startsWith("hit");
    }

    /** Whether the unit looks entries up where no memory is read: in registers of its own, or in its host's list. */
    private static boolean isInside(WalkTrace trace) {
        return trace.tlb().equals("none");
    }

    /** Whether the unit looked entries up at all: not when its TLB answered, not when it is off. */
    public boolean walked() {
        return trace.tlb().startsWith("miss") || isInside(trace);
    }

    /** How many memory reads the whole access takes: the entries and, when it is answered, the data. */
    public int total() {
        return (walked() && !isInside(trace) ? trace.levels().size() : 0) + (reached() ? 1 : 0);
    }

    /** How many of them are done. */
    public int done() {
        return (isInside(trace) ? 0 : reads) + (over && reached() ? 1 : 0);
    }

    boolean reached() {
        return !(trace.verdict() instanceof WalkTrace.Verdict.Refused);
    }

    /** {@code 11c00000.fimd reads 0x4002 3a40}. */
    public String headline() {
        return (device.isEmpty() ? "An access" : device)
                + (trace.write() ? " writes " : " reads ")
                + WalkText.address(trace.input());
    }
}
