package org.iommulab.capture.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.graphstream.algorithm.ConnectedComponents;
import org.graphstream.algorithm.Dijkstra;
import org.graphstream.graph.Edge;
import org.graphstream.graph.Node;
import org.graphstream.graph.implementations.SingleGraph;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciLink;

/**
 * "Cannot be isolated from" as a GraphStream graph: a node for each function, an edge for each tie. Groups are its connected
 * components; why two functions are in one is a shortest path.
 */
final class IsolationGraph {
    private static final String TIE = "tie";

    private final SingleGraph graph = new SingleGraph("cannot be isolated from");

    IsolationGraph(StillPci pci) {
        for (Device function : pci.functions()) {
            graph.addNode(function.label());
        }
        for (PciLink link : pci.links().all()) {
            String from = link.from().label();
            String to = link.to().label();
            // of several ties between two functions the first one is reason enough
            if (graph.getNode(from).getEdgeBetween(to) == null) {
                graph.addEdge(from + " " + to, from, to).setAttribute(TIE, link);
            }
        }
    }

    /** The functions that cannot be kept apart, in the order of their first names. */
    List<Set<String>> components() {
        var components = new ConnectedComponents();
        components.init(graph);
        components.compute();
        var sets = new ArrayList<Set<String>>();
        for (ConnectedComponents.ConnectedComponent component : components) {
            var names = new TreeSet<String>();
            component.nodes().map(Node::getId).forEach(names::add);
            sets.add(names);
        }
        components.terminate();
        sets.sort((a, b) -> a.iterator().next().compareTo(b.iterator().next()));
        return sets;
    }

    boolean isTied(String a, String b) {
        Node node = graph.getNode(a);
        return node != null && graph.getNode(b) != null && node.getEdgeBetween(b) != null;
    }

    /** The shortest chain of ties; empty when the two can be kept apart, or one of them is no PCI function. */
    Optional<List<Step>> path(String from, String to) {
        Node start = graph.getNode(from);
        Node end = graph.getNode(to);
        if (start == null || end == null) {
            return Optional.empty();
        }
        var shortest = new Dijkstra(Dijkstra.Element.EDGE, "way", null);
        shortest.init(graph);
        shortest.setSource(start);
        shortest.compute();
        boolean reached = !Double.isInfinite(shortest.getPathLength(end));
        Optional<List<Step>> steps =
                reached ? Optional.of(steps(start, shortest.getPath(end).getEdgePath())) : Optional.empty();
        shortest.clear();
        return steps;
    }

    private static List<Step> steps(Node start, List<Edge> edges) {
        var steps = new ArrayList<Step>();
        Node at = start;
        for (Edge edge : edges) {
            Node next = edge.getOpposite(at);
            steps.add(new Step(at.getId(), next.getId(), (PciLink) edge.getAttribute(TIE)));
            at = next;
        }
        return steps;
    }

    /** One tie of a chain, in the chain's direction. */
    record Step(String from, String to, PciLink link) {}
}
