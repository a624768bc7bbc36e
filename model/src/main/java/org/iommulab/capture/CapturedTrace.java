package org.iommulab.capture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.core.Tracepoints;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Chapter;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.Recording;
import org.iommulab.sim.Term;

/**
 * A real machine's trace as a recording: each of its events is a step. What there is to see at a step is what the events
 * up to it have told: which device is in which group. Events of mapping do not say of which domain they are, so that
 * they are steps and nothing more.
 */
public final class CapturedTrace {
    private final Recording recording;
    private final double[] seconds;
    private final List<Change> changes;
    private final TracedMoment moments;
    private final List<Chapter> chapters;
    private final Tally tally;

    /**
     * A device joins or leaves a group.
     *
     * @param step at which
     * @param device id of the device in the recording
     */
    record Change(int step, boolean joins, int group, int device) {}

    /**
     * What was read.
     *
     * @param others lines of other events
     * @param unkept markers for which there was no room
     * @param bad lines that make no sense
     * @param complaints about the first of them
     * @param whole whether the reading came to the end
     */
    public record Tally(long others, long unkept, long bad, List<String> complaints, boolean whole) {
        public Tally {
            complaints = List.copyOf(complaints);
        }
    }

    private CapturedTrace(Builder made, Tally tally) {
        this.recording = made.machine.finish();
        this.seconds = Arrays.copyOf(made.seconds, recording.length() + 1);
        this.changes = List.copyOf(made.changes);
        this.moments = new TracedMoment(made.topology, made.devices, made.groups);
        this.chapters = TraceChapters.of(made.markers, recording.length());
        this.tally = tally;
    }

    public Recording recording() {
        return recording;
    }

    public Tally tally() {
        return tally;
    }

    /** The parts that whoever traced marked; none when there are no markers, or far too many of them. */
    public List<Chapter> chapters() {
        return chapters;
    }

    /** The trace's clock at a step; 0 at step 0. */
    public double secondsAt(int step) {
        return seconds[step];
    }

    /** The machine as far as the events up to this step have told. */
    public Moment momentAt(int step) {
        return moments.at(step, seconds[step], changes);
    }

    /** Takes the events in, one after the other. */
    static final class Builder {
        private static final int COMPLAINTS = 10;
        /** Different ones: devices and groups must still find room for their numbers. */
        private static final int MOST_MARKS = 20_000;

        /** Of which chapters are made. */
        private static final int MOST_MARKERS = 200_000;

        private static final Term MARK =
                Term.of("tracing_mark_write", "", Term.Operand.NONE, Term.Operand.NONE, Term.Operand.NONE);

        private final Machine machine = Machine.recording();
        private final Optional<CapturedTopology> topology;
        private final Map<String, Traced> devices = new LinkedHashMap<>();
        private final Map<Integer, Traced> groups = new LinkedHashMap<>();
        private final List<Change> changes = new ArrayList<>();
        private final Map<String, Traced> marks = new HashMap<>();
        private final List<TraceChapters.Marker> markers = new ArrayList<>();
        private final List<String> complaints = new ArrayList<>();
        private double[] seconds = new double[1024];
        private long others;
        private long unkept;
        private long bad;

        Builder(Optional<CapturedTopology> topology) {
            this.topology = topology;
            machine.powerOn();
        }

        private Traced traced(String device) {
            return devices.computeIfAbsent(device, name -> new Traced(machine, name));
        }

        void event(double at, Term event, int object, long a, long b) {
            emit(EventKind.TRACEPOINT, Lane.CORE, at, event, object, a, b);
        }

        private void emit(EventKind kind, Lane lane, double at, Term event, int object, long a, long b) {
            machine.emit(kind, lane, event, object, a, b);
            int step = machine.steps();
            if (step >= seconds.length) {
                seconds = Arrays.copyOf(seconds, 2 * step);
            }
            seconds[step] = at;
        }

        void device(double at, Term event, String device) {
            event(at, event, traced(device).id(), 0, 0);
        }

        void membership(double at, boolean joins, int group, String device) {
            groups.computeIfAbsent(group, number -> new Traced(machine, "group " + number));
            Traced member = traced(device);
            event(at, joins ? Tracepoints.ADD_DEVICE : Tracepoints.REMOVE_DEVICE, member.id(), group, 0);
            changes.add(new Change(machine.steps(), joins, group, member.id()));
        }

        void fault(double at, String driver, String device, long iova, long flags) {
            event(at, Tracepoints.IO_PAGE_FAULT, traced(device).id(), iova, flags);
        }

        void marker(double at, String text) {
            Traced marker = marks.get(text);
            if (marker == null && marks.size() < MOST_MARKS) {
                marker = new Traced(machine, text);
                marks.put(text, marker);
            }
            if (marker == null) {
                unkept++;
                return;
            }
            emit(EventKind.CHAPTER, Lane.USER, at, MARK, marker.id(), 0, 0);
            if (markers.size() < MOST_MARKERS) {
                markers.add(new TraceChapters.Marker(machine.steps(), text));
            }
        }

        void other() {
            others++;
        }

        void bad(long line, String why) {
            bad++;
            if (complaints.size() < COMPLAINTS) {
                complaints.add("line " + line + ": " + why);
            }
        }

        CapturedTrace finish(boolean whole) {
            return new CapturedTrace(this, new Tally(others, unkept, bad, complaints, whole));
        }
    }
}
