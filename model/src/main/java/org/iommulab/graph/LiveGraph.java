package org.iommulab.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graphstream.graph.Edge;
import org.graphstream.graph.Graph;
import org.graphstream.graph.Node;
import org.graphstream.graph.implementations.MultiGraph;

/**
 * The topology of a moment as one GraphStream graph. Bringing it to another moment sends the difference to its sinks as
 * one batch, closed by one GraphStream step that carries the recording's step number.
 *
 * <p>Nodes are named by the machine's object id and carry {@code kind} (a {@link NodeKind}), {@code label} and
 * {@code view} (the part of the moment they stand for). Edges carry {@code kind} (an {@link EdgeKind}); an edge whose
 * target changes keeps its owner in its name, so {@code belief-12} is group 12's belief wherever it points.
 */
public final class LiveGraph {
    /** Name of the node that stands for the platform's own DMA ops. */
    public static final String PLATFORM = "platform";

    private final MultiGraph graph = new MultiGraph("iommu");

    public Graph graph() {
        return graph;
    }

    /** Brings the graph to this moment. */
    public void apply(Moment moment) {
        var nodes = new LinkedHashMap<String, NodeSpec>();
        var edges = new LinkedHashMap<String, EdgeSpec>();
        describe(moment, nodes, edges);
        List<Edge> oldEdges = graph.edges().toList();
        for (Edge edge : oldEdges) {
            EdgeSpec wanted = edges.get(edge.getId());
            if (wanted == null || !wanted.joins(edge)) {
                graph.removeEdge(edge);
            }
        }
        List<Node> oldNodes = graph.nodes().toList();
        for (Node node : oldNodes) {
            if (!nodes.containsKey(node.getId())) {
                graph.removeNode(node);
            }
        }
        nodes.forEach(this::bring);
        edges.forEach(this::bring);
        graph.stepBegins(moment.step());
    }

    private void bring(String id, NodeSpec spec) {
        Node node = Optional.ofNullable(graph.getNode(id)).orElseGet(() -> graph.addNode(id));
        set(node, "kind", spec.kind());
        set(node, "label", spec.label());
        set(node, "view", spec.view());
    }

    private void bring(String id, EdgeSpec spec) {
        Edge edge =
                Optional.ofNullable(graph.getEdge(id)).orElseGet(() -> graph.addEdge(id, spec.from(), spec.to(), true));
        set(edge, "kind", spec.kind());
    }

    private static void set(org.graphstream.graph.Element element, String key, Object value) {
        if (!value.equals(element.getAttribute(key))) {
            element.setAttribute(key, value);
        }
    }

    private record NodeSpec(NodeKind kind, String label, Object view) {}

    private record EdgeSpec(EdgeKind kind, String from, String to) {
        boolean joins(Edge edge) {
            return edge.getSourceNode().getId().equals(from)
                    && edge.getTargetNode().getId().equals(to);
        }
    }

    private static void describe(Moment moment, Map<String, NodeSpec> nodes, Map<String, EdgeSpec> edges) {
        nodes.put(PLATFORM, new NodeSpec(NodeKind.OPS, "Platform DMA ops", Moment.DmaOpsKind.DIRECT));
        moment.units().forEach(u -> nodes.put(name(u.id()), new NodeSpec(NodeKind.UNIT, u.name(), u)));
        moment.domains().forEach(d -> nodes.put(name(d.id()), new NodeSpec(NodeKind.DOMAIN, d.label(), d)));
        for (Moment.GroupView group : moment.groups()) {
            nodes.put(name(group.id()), new NodeSpec(NodeKind.GROUP, "Group " + group.number(), group));
            for (Moment.DeviceView device : group.devices()) {
                describe(device, true, nodes, edges);
                put(edges, nodes, "member-" + device.id(), EdgeKind.MEMBER, device.id(), group.id());
            }
            group.domain().ifPresent(d -> put(edges, nodes, "belief-" + group.id(), EdgeKind.BELIEF, group.id(), d));
        }
        moment.loose().forEach(device -> describe(device, !device.driver().isEmpty(), nodes, edges));
        moment.held().forEach(held -> nodes.put(name(held.id()), new NodeSpec(NodeKind.HELD, held.name(), held)));
        for (HeldView held : moment.held()) {
            for (int on : held.on()) {
                put(edges, nodes, "held-" + held.id() + "-" + on, EdgeKind.HELD, held.id(), on);
            }
        }
        for (Moment.UnitView unit : moment.units()) {
            // The first keeps its name when it points elsewhere: then one line's end moves.
            for (int i = 0; i < unit.pointsAt().size(); i++) {
                String name = "hardware-" + unit.id() + (i == 0 ? "" : "-" + i);
                put(
                        edges,
                        nodes,
                        name,
                        EdgeKind.HARDWARE,
                        unit.id(),
                        unit.pointsAt().get(i));
            }
        }
    }

    /** A device that nobody has looked at yet has no DMA ops worth a line. */
    private static void describe(
            Moment.DeviceView device, boolean known, Map<String, NodeSpec> nodes, Map<String, EdgeSpec> edges) {
        nodes.put(name(device.id()), new NodeSpec(NodeKind.DEVICE, device.name(), device));
        for (int unit : device.units()) {
            put(edges, nodes, "wiring-" + device.id() + "-" + unit, EdgeKind.WIRING, device.id(), unit);
        }
        if (known && device.dmaOps() == Moment.DmaOpsKind.DIRECT) {
            edges.put("ops-" + device.id(), new EdgeSpec(EdgeKind.OPS, name(device.id()), PLATFORM));
        }
    }

    /** An edge to something that the moment does not list (a domain freed and forgotten) is left out. */
    private static void put(
            Map<String, EdgeSpec> edges, Map<String, NodeSpec> nodes, String id, EdgeKind kind, int from, int to) {
        if (nodes.containsKey(name(to))) {
            edges.put(id, new EdgeSpec(kind, name(from), name(to)));
        }
    }

    static String name(int id) {
        return Integer.toString(id);
    }
}
