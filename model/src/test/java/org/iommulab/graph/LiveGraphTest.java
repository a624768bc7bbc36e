package org.iommulab.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.graphstream.stream.SinkAdapter;
import org.junit.jupiter.api.Test;

class LiveGraphTest {
    @Test
    void onlyTheDifferenceIsSentAndOneStepClosesIt() {
        var graph = new LiveGraph();
        graph.apply(moment(5, OptionalInt.of(30)));
        var sent = new ArrayList<String>();
        graph.graph().addSink(new SinkAdapter() {
            @Override
            public void nodeAdded(String source, long time, String node) {
                sent.add("+" + node);
            }

            @Override
            public void nodeRemoved(String source, long time, String node) {
                sent.add("-" + node);
            }

            @Override
            public void edgeAdded(String source, long time, String edge, String from, String to, boolean directed) {
                sent.add("+" + edge + ":" + from + ">" + to);
            }

            @Override
            public void edgeRemoved(String source, long time, String edge) {
                sent.add("-" + edge);
            }

            @Override
            public void stepBegins(String source, long time, double step) {
                sent.add("step " + (int) step);
            }
        });
        graph.apply(moment(9, OptionalInt.of(31)));
        assertThat(sent).containsExactly("-belief-20", "+belief-20:20>31", "step 9");
    }

    @Test
    void whatADeviceReachesIsWhatTheHardwareSaysWhateverTheCoreBelieves() {
        var graph = new LiveGraph();
        graph.apply(moment(1, OptionalInt.empty()));
        assertThat(Reach.domains(graph.graph(), 10)).containsExactly(30);
    }

    @Test
    void devicesThatShareADomainAreNotKeptApart() {
        var graph = new LiveGraph();
        graph.apply(moment(1, OptionalInt.of(30)));
        assertThat(Reach.together(graph.graph())).contains(Set.of(10));
    }

    /** Device 10 in group 20 behind unit 1, which points at domain 30. */
    private static Moment moment(int step, OptionalInt belief) {
        var device = new Moment.DeviceView(
                10, "d", "", "x", true, Moment.DmaOpsKind.ARM_IOMMU, List.of(1), belief, belief, Optional.empty());
        var group = new Moment.GroupView(20, 0, "", 0, belief, OptionalInt.empty(), List.of(device));
        var unit = new Moment.UnitView(
                1, "u", "", true, true, false, 0, List.of(30), List.of(), List.of(), 8, List.of(), "");
        return new Moment(
                step,
                0,
                List.of(group),
                List.of(),
                List.of(unit),
                List.of(domain(30), domain(31)),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static Moment.DomainView domain(int id) {
        return new Moment.DomainView(id, "m" + id, Moment.DomainKind.UNMANAGED, 0, 0, 0, false, 0, List.of());
    }
}
