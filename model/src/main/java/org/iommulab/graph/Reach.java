package org.iommulab.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.graphstream.algorithm.ConnectedComponents;
import org.graphstream.graph.Edge;
import org.graphstream.graph.Graph;
import org.graphstream.graph.Node;

/** Questions asked of the live graph. */
public final class Reach {
    private Reach() {}

    /** The domains whose memory a device can reach now, by the hardware alone: what its units point at. */
    public static Set<Integer> domains(Graph graph, int device) {
        var reached = new TreeSet<Integer>();
        Node start = graph.getNode(LiveGraph.name(device));
        if (start == null) {
            return reached;
        }
        start.leavingEdges()
                .filter(e -> kind(e) == EdgeKind.WIRING)
                .map(Edge::getTargetNode)
                .flatMap(Node::leavingEdges)
                .filter(e -> kind(e) == EdgeKind.HARDWARE)
                .forEach(e -> reached.add(Integer.parseInt(e.getTargetNode().getId())));
        return reached;
    }

    /** The devices that the IOMMU does not keep apart: connected through groups and domains that they share. */
    public static List<Set<Integer>> together(Graph graph) {
        var components = new ConnectedComponents();
        components.init(graph);
        components.setCutAttribute("cut");
        graph.edges()
                .filter(e -> kind(e) != EdgeKind.MEMBER && kind(e) != EdgeKind.BELIEF && kind(e) != EdgeKind.HARDWARE)
                .forEach(e -> e.setAttribute("cut"));
        components.compute();
        var sets = new ArrayList<Set<Integer>>();
        for (ConnectedComponents.ConnectedComponent component : components) {
            var devices = new TreeSet<Integer>();
            component
                    .nodes()
                    .filter(n -> n.getAttribute("kind") == NodeKind.DEVICE)
                    .forEach(n -> devices.add(Integer.parseInt(n.getId())));
            if (!devices.isEmpty()) {
                sets.add(devices);
            }
        }
        components.terminate();
        graph.edges().forEach(e -> e.removeAttribute("cut"));
        sets.sort((a, b) -> Integer.compare(a.iterator().next(), b.iterator().next()));
        return sets;
    }

    private static EdgeKind kind(Edge edge) {
        return (EdgeKind) edge.getAttribute("kind");
    }
}
