package org.iommulab.app.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Ink;
import org.iommulab.app.draw.Pen;
import org.iommulab.app.draw.Tone;
import org.iommulab.graph.Box;
import org.iommulab.graph.Homes;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;

/**
 * What stands where on an exported picture: header, story, graph, rules, and other panes below the graph where there
 * is room. A list of painters with bounds; one more pane is one more part.
 */
record Sheet(List<Part> parts) implements Painting {
    private static final double HEADER = 56;
    private static final double STORY = 270;
    private static final double RULES = 290;

    Sheet {
        parts = List.copyOf(parts);
    }

    static Sheet of(Run run, int step, Homes homes, Panes panes, int width, int height) {
        Moment moment = run.momentAt(step);
        return of(run, step, GraphPart.still(moment, event(run, step), homes), panes, width, height);
    }

    static Optional<Event> event(Run run, int step) {
        return step == 0 ? Optional.empty() : Optional.of(run.recording().event(step));
    }

    /** Narrow sheets leave out the columns, low ones the panes. */
    static Sheet of(Run run, int step, GraphPart graph, Panes panes, int width, int height) {
        var parts = new ArrayList<Part>();
        parts.add(new Part(new Box(0, 0, width, HEADER), new HeaderPart(run, step)));
        double left = width >= 1000 ? STORY : 0;
        double right = width >= 1250 ? RULES : 0;
        double bodyHeight = height - HEADER;
        boolean below = height >= 860 && width >= 1000;
        double graphHeight = below ? Math.round(bodyHeight * 0.6) : bodyHeight;
        if (left > 0) {
            parts.add(new Part(new Box(0, HEADER, left, bodyHeight), new StoryPart(run, step)));
        }
        double middle = width - left - right;
        parts.add(new Part(new Box(left, HEADER, middle, graphHeight), graph));
        if (right > 0) {
            parts.add(new Part(new Box(width - right, HEADER, right, bodyHeight), new RulesPart(run, graph.to())));
        }
        if (below) {
            List<Painting> paintings = panes.at(step, graph.to());
            double x = left;
            double share = middle / paintings.size();
            for (Painting pane : paintings) {
                parts.add(new Part(new Box(x, HEADER + graphHeight, share, bodyHeight - graphHeight), pane));
                x += share;
            }
        }
        return new Sheet(parts);
    }

    @Override
    public void paint(Pen pen, double width, double height) {
        pen.fillBox(0, 0, width, height, 0, Ink.of(Tone.BACKGROUND));
        for (Part part : parts) {
            part.paint(pen);
            Box box = part.bounds();
            if (box.x() > 0) {
                pen.fillBox(box.x(), box.y(), 1, box.height(), 0, Ink.of(Tone.HAIRLINE));
            }
            if (box.y() > HEADER) {
                pen.fillBox(box.x(), box.y(), box.width(), 1, 0, Ink.of(Tone.HAIRLINE));
            }
        }
    }
}
